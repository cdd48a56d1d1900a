package io.quoth.generation;

/**
 * Changes the scores of the next token, or removes tokens from the choice. Works in place and is
 * called once a token, so it must not allocate; it keeps no state of its own and may be shared by
 * threads. After transformers' {@code LogitsProcessor}.
 */
@FunctionalInterface
public interface LogitsProcessor {
  /**
   * Works on the candidates for the token behind {@code tokens}.
   *
   * @param candidates the scores, changed in place
   * @param tokens prompt and generated ids so far
   */
  void process(Candidates candidates, TokenIds tokens);

  /** What it is, as settings name it: {@code temperature}, {@code top_k}. */
  default String name() {
    return getClass().getSimpleName();
  }
}
