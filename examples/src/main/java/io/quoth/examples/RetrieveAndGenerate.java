package io.quoth.examples;

import io.quoth.AutoModelForCausalLM;
import io.quoth.embeddings.SemanticSearch;
import io.quoth.embeddings.SentenceTransformer;
import io.quoth.embeddings.TextSplitter;
import io.quoth.generation.GenerationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Retrieval-augmented generation, whole: a text is split into passages that overlap, their
 * embeddings are compared with that of a question, the nearest passages become the prompt, and a
 * causal model goes on. With the embedded models nothing is fetched. The embedded tales know
 * nothing of questions, so they go on with what was found; a model that follows instructions
 * answers.
 */
public final class RetrieveAndGenerate {
  private static final String TEXT =
      """
      The mill stood where the brook left the wood. Its wheel had not turned since the old miller
      died, and his youngest son had got nothing but the cat.

      Beyond the hills lay the castle of a king whose daughter had never laughed. Whoever could
      make her laugh should have her for his wife, and half the kingdom too.

      Deep in the sea the fishermen told of a golden fish. It spoke like a man and granted three
      wishes to whoever let it go again.

      In winter the wolves came down to the village, and the shepherd slept beside his flock with
      a fire burning and his two dogs awake.
      """;

  private RetrieveAndGenerate() {}

  /**
   * The arguments are a question, a text file to look in, and a causal model; all may be left out.
   */
  public static void main(String[] args) throws IOException {
    String question = args.length > 0 ? args[0] : "Who can fulfil what I wish for?";
    String text = args.length > 1 ? Files.readString(Path.of(args[1])) : TEXT;
    String name = args.length > 2 ? args[2] : "tales";
    List<String> passages = retrieve(question, text, 2);
    String prompt = prompt(question, passages, name.equals("tales"));
    System.out.println(prompt);
    System.out.println("--- and the model goes on:");
    System.out.println(generate(name, prompt));
  }

  /** The passages of a text that mean what the question means, best first. */
  static List<String> retrieve(String question, String text, int count) {
    try (var model = SentenceTransformer.fromPretrained("all-MiniLM-L6-v2")) {
      var passages =
          model.splitter().split(text, /* maxTokens= */ 48, /* overlap= */ 12).stream()
              .map(TextSplitter.Chunk::text)
              .toList();
      float[][] corpus = model.encodeDocument(passages);
      float[][] query = model.encodeQuery(List.of(question));
      return SemanticSearch.search(query, corpus, count).getFirst().stream()
          .map(hit -> passages.get(hit.corpusId()))
          .toList();
    }
  }

  /** What was found and what was asked; for a model of tales, what was found alone. */
  static String prompt(String question, List<String> passages, boolean tale) {
    // The best passage last: what stands nearest to the answer counts most.
    String found = String.join("\n\n", passages.reversed()).replaceAll("(?<!\n)\n(?!\n)", " ");
    return tale
        ? found
        : "Answer from these passages.\n\n" + found + "\n\nQuestion: " + question + "\nAnswer:";
  }

  /** The continuation of a prompt. */
  static String generate(String name, String prompt) {
    try (var model = AutoModelForCausalLM.fromPretrained(name)) {
      return model
          .generate(prompt, GenerationConfig.sampling().maxNewTokens(60).temperature(0.7).seed(1))
          .text();
    }
  }
}
