package io.quoth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quoth.base.QuothException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command itself: parses, runs one of the commands, reports what went wrong. */
@Command(
    name = "quoth",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Language models inside a Java program, from the command line.",
    synopsisSubcommandLabel = "COMMAND",
    usageHelpAutoWidth = true,
    parameterListHeading = "%n",
    optionListHeading = "%n",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  quoth run \"Once upon a time\"",
      "  quoth tokenize \"I'm fine.\"",
      "  quoth next \"Once upon a\"",
      "  quoth run --help"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong usage", "130:interrupted"})
final class Quoth implements Runnable {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int INTERRUPTED = 130;

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of errors (also: QUOTH_DEBUG=1).")
  private boolean debug;

  @SuppressWarnings("NullAway.Init") // picocli sets spec
  private Quoth(Console console) {
    this.console = console;
  }

  /** Every command in the order of {@code --help}. */
  private static Map<String, Function<Console, Object>> commands() {
    var commands = new LinkedHashMap<String, Function<Console, Object>>();
    commands.put("doctor", Doctor::new);
    commands.put("warm-up", WarmUp::new);
    return commands;
  }

  /** Runs the command line that the process was started with. */
  public static void main(String[] args) {
    var process = ThisProcess.start();
    System.exit(process.run(console -> execute(console, args)));
  }

  /** Runs a command line and returns its exit code. */
  static int execute(Console console, String... args) {
    var quoth = new Quoth(console);
    CommandLine line = quoth.commandLine(args);
    int code = line.execute(args);
    console.out().flush();
    console.err().flush();
    return code;
  }

  /** Called without a command. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  /**
   * Reading the annotations of every command takes longer than parsing: only the command that is
   * asked for is built, all of them only where all are shown.
   */
  private CommandLine commandLine(String[] args) {
    var line = new CommandLine(this);
    var commands = commands();
    String wanted = Arrays.stream(args).filter(arg -> !arg.startsWith("-")).findFirst().orElse("");
    if (commands.containsKey(wanted)) {
      commands.keySet().retainAll(Set.of(wanted));
    }
    commands.forEach((name, command) -> line.addSubcommand(name, command.apply(console)));
    var help = console.style().colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF;
    return line.setColorScheme(CommandLine.Help.defaultColorScheme(help))
        .setOut(new PrintWriter(console.out(), true, UTF_8))
        .setErr(new PrintWriter(console.err(), true, UTF_8))
        .setUsageHelpWidth(Math.clamp(console.columns(), 60, 110))
        .setParameterExceptionHandler(this::misused)
        .setExecutionExceptionHandler(this::failed);
  }

  private int misused(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    complain(name, String.valueOf(error.getMessage()), error);
    if (error instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      var near = unmatched.getSuggestions().stream().limit(3).toList();
      console.err().println("Did you mean " + String.join(", ", near) + "?");
    }
    console.err().println("Try: " + name + " --help");
    return USAGE;
  }

  private int failed(Exception error, CommandLine command, CommandLine.ParseResult parsed) {
    if (error instanceof ParameterException misuse) {
      return misused(misuse, new String[0]);
    }
    String name = command.getCommandSpec().qualifiedName();
    if (error instanceof QuothException) {
      complain(name, String.valueOf(error.getMessage()), error);
    } else {
      complain(name, "a fault in Quoth itself: " + error + " (--debug shows where)", error);
    }
    return FAILED;
  }

  private void complain(String command, String message, Exception error) {
    console.out().flush();
    console.err().println(console.errStyle().red(command + ":") + " " + message);
    if (debug || !console.environment().getOrDefault("QUOTH_DEBUG", "").isEmpty()) {
      error.printStackTrace(console.err());
    }
  }
}
