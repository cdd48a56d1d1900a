package io.quoth.tokenizers;

import java.util.LinkedHashMap;
import java.util.Map;

/** The pattern and special tokens of tiktoken's encodings. */
public enum TiktokenEncoding {
  /** GPT-2's. */
  R50K_BASE,
  /** Codex'. */
  P50K_BASE,
  /** GPT-3.5's and GPT-4's. */
  CL100K_BASE,
  /** GPT-4o's. */
  O200K_BASE;

  Scanner scanner() {
    return switch (this) {
      case R50K_BASE, P50K_BASE -> Scanner.GPT2;
      case CL100K_BASE -> Scanner.CL100K;
      case O200K_BASE -> Scanner.O200K;
    };
  }

  /** The special tokens and their ids, by id. */
  public Map<String, Integer> specialTokens() {
    var tokens = new LinkedHashMap<String, Integer>();
    switch (this) {
      case R50K_BASE, P50K_BASE -> tokens.put("<|endoftext|>", 50256);
      case CL100K_BASE -> {
        tokens.put("<|endoftext|>", 100257);
        tokens.put("<|fim_prefix|>", 100258);
        tokens.put("<|fim_middle|>", 100259);
        tokens.put("<|fim_suffix|>", 100260);
        tokens.put("<|endofprompt|>", 100276);
      }
      case O200K_BASE -> {
        tokens.put("<|endoftext|>", 199999);
        tokens.put("<|endofprompt|>", 200018);
      }
    }
    return tokens;
  }
}
