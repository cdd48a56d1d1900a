package io.quoth.cli;

import io.quoth.pipelines.QuestionAnswering;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** {@code quoth answer}. */
final class AnswerQuestion implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "answer",
        List.of("Find the stretch of a text that answers a question; the text may be long."),
        List.of(
            TaskModel.OPTION,
            ModelOption.REFRESH,
            Usage.Opt.of("--top", "N", "Show so many answers; 1 without it."),
            Usage.Opt.flag("--no-answer", "Allow for the text not telling."),
            Usage.Opt.flag(
                "--json", "Write one JSON object an answer: answer, score, start, end.")),
        new Usage.Parameters("QUESTION TEXT", "The text; - takes standard input.", 2, 2),
        List.of("quoth answer -m path/to/model \"Who ran?\" \"The dog ran out.\""));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    String question = arguments.parameters().getFirst();
    String text = Input.text(arguments.parameters().getLast(), console);
    var options =
        QuestionAnswering.Options.DEFAULT
            .top(arguments.integer("--top").orElse(1))
            .noAnswer(arguments.has("--no-answer"));
    try (var pipeline =
        TaskModel.load(console, arguments, "question-answering", QuestionAnswering.class)) {
      for (var answer : pipeline.answer(question, text, options)) {
        if (arguments.has("--json")) {
          json(console, answer);
        } else {
          String shown = answer.text().isEmpty() ? "(the text does not tell)" : answer.text();
          console.out().println(String.format(Locale.ROOT, "%.4f", answer.score()) + "  " + shown);
        }
      }
    }
    return Quoth.DONE;
  }

  private static void json(Console console, QuestionAnswering.Answer answer) {
    var line = new LinkedHashMap<String, Object>();
    line.put("answer", answer.text());
    line.put("score", answer.score());
    line.put("start", answer.start());
    line.put("end", answer.end());
    EmbeddingModel.json(console, line);
  }
}
