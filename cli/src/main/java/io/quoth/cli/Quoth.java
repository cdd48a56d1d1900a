package io.quoth.cli;

import io.quoth.base.QuothException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command itself: parses, runs one of the commands, reports what went wrong. */
final class Quoth {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int INTERRUPTED = 130;

  /** The commands in the order of {@code --help}. */
  private static final List<String> COMMANDS =
      List.of(
          "run",
          "tokenize",
          "train-tokenizer",
          "next",
          "info",
          "forward",
          "embed",
          "similar",
          "rank",
          "search",
          "cluster",
          "classify",
          "fill-mask",
          "ner",
          "answer",
          "pull",
          "list",
          "remove",
          "export",
          "import",
          "doctor");

  private final Console console;
  private boolean debug;

  private Quoth(Console console) {
    this.console = console;
    debug = !console.environment().getOrDefault("QUOTH_DEBUG", "").isEmpty();
  }

  /** Runs the command line that the process was started with. */
  public static void main(String[] args) {
    var process = ThisProcess.start();
    int code = process.run(console -> execute(console, args));
    System.exit(code);
  }

  /** Runs a command line and returns its exit code. */
  static int execute(Console console, String... args) {
    int code = new Quoth(console).run(Arrays.asList(args));
    console.out().flush();
    console.err().flush();
    return code;
  }

  private static @Nullable Command command(String name) {
    return switch (name) {
      case "run" -> new Run();
      case "tokenize" -> new Tokenize();
      case "train-tokenizer" -> new TrainTokenizer();
      case "next" -> new Next();
      case "info" -> new Info();
      case "forward" -> new Forward();
      case "embed" -> new Embed();
      case "similar" -> new Similar();
      case "rank" -> new Rank();
      case "search" -> new Search();
      case "cluster" -> new Cluster();
      case "classify" -> new Classify();
      case "fill-mask" -> new FillGaps();
      case "ner" -> new Ner();
      case "answer" -> new AnswerQuestion();
      case "pull" -> new Pull();
      case "list" -> new ListModels();
      case "remove" -> new Remove();
      case "export" -> new Export();
      case "import" -> new Import();
      case "doctor" -> new Doctor();
      case "warm-up" -> new WarmUp();
      default -> null;
    };
  }

  private int run(List<String> words) {
    int at = 0;
    while (at < words.size() && words.get(at).startsWith("-")) {
      at++;
    }
    Command command = at < words.size() ? command(words.get(at)) : null;
    if (command == null) {
      return withoutCommand(words, at < words.size() ? words.get(at) : "");
    }
    var others = new ArrayList<>(words);
    String name = "quoth " + others.remove(at);
    debug |= words.contains("--debug");
    try {
      var arguments = Arguments.parse(command.usage(), others);
      if (arguments.has("--help")) {
        console.out().print(command.usage().help(console.style(), width()));
        return DONE;
      }
      if (arguments.has("--version")) {
        return version();
      }
      return command.run(console, arguments);
    } catch (UsageException e) {
      complain(name, e.getMessage(), e);
      console.err().println("Try: " + name + " --help");
      return USAGE;
    } catch (QuothException e) {
      if (Thread.currentThread().isInterrupted()) {
        return INTERRUPTED;
      }
      complain(name, e.getMessage(), e);
      return FAILED;
    } catch (RuntimeException e) {
      complain(name, "a fault in Quoth itself: " + e + " (--debug shows where)", e);
      return FAILED;
    }
  }

  private int withoutCommand(List<String> words, String word) {
    for (String option : words) {
      switch (option) {
        case "-h", "--help", "help" -> {
          console.out().print(help());
          return DONE;
        }
        case "-V", "--version" -> {
          return version();
        }
        default -> {}
      }
    }
    if (word.isEmpty()) {
      console.err().print(help());
    } else {
      complain("quoth", "unknown command \"" + word + '"' + Nearest.question(word, COMMANDS), null);
      console.err().println("Try: quoth --help");
    }
    return USAGE;
  }

  private int version() {
    console.out().println("quoth " + Doctor.version());
    console.out().println("Java " + Runtime.version());
    return DONE;
  }

  private String help() {
    Style style = console.style();
    var page = new StringBuilder();
    page.append(style.bold("Usage: ")).append("quoth COMMAND [OPTIONS] …\n\n");
    page.append("Language models inside a Java program, from the command line.\n");
    Usage.heading(page, style, "Commands");
    for (String name : COMMANDS) {
      Command command = command(name);
      if (command != null) {
        Usage.entry(page, style.cyan(name), command.usage().summary().getFirst(), width());
      }
    }
    Usage.heading(page, style, "Examples");
    for (String name : COMMANDS) {
      Command command = command(name);
      if (command != null) {
        page.append("  ").append(command.usage().examples().getFirst()).append('\n');
      }
    }
    page.append("\nquoth COMMAND --help tells all about one of them.\n");
    return page.toString();
  }

  private int width() {
    return Math.clamp(console.columns(), 60, 100);
  }

  private void complain(String command, @Nullable String message, @Nullable Exception error) {
    console.out().flush();
    console.err().println(console.errStyle().red(command + ":") + ' ' + message);
    if (debug && error != null) {
      error.printStackTrace(console.err());
    }
  }
}
