package io.quoth.tokenizers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A tokenizer class of the reference (transformers 5): its name in tokenizer_config.json, and the
 * special tokens that it has where the files name none.
 *
 * @param name without the suffix {@code Fast}
 * @param padsLeft whether shorter texts are filled up on the left unless the files say otherwise
 * @param specialTokens by purpose
 */
record TransformersClass(String name, boolean padsLeft, Map<String, String> specialTokens) {
  private static final String BERT = "unk=[UNK] sep=[SEP] pad=[PAD] cls=[CLS] mask=[MASK]";
  private static final String ROBERTA =
      "bos=<s> eos=</s> unk=<unk> sep=</s> pad=<pad> cls=<s> mask=<mask>";
  private static final String GPT2 = "bos=<|endoftext|> eos=<|endoftext|> unk=<|endoftext|>";

  private static final Map<String, TransformersClass> KNOWN = new LinkedHashMap<>();

  static {
    add(
        "AlbertTokenizer",
        "bos=[CLS] eos=[SEP] unk=<unk> sep=[SEP] pad=<pad> cls=[CLS] mask=[MASK]");
    add("BartTokenizer", ROBERTA);
    add("BertTokenizer", BERT);
    add(
        "CLIPTokenizer",
        "bos=<|startoftext|> eos=<|endoftext|> unk=<|endoftext|> pad=<|endoftext|>");
    add("CamembertTokenizer", ROBERTA);
    add("CodeGenTokenizer", GPT2);
    add(
        "DebertaTokenizer",
        "bos=[CLS] eos=[SEP] unk=[UNK] sep=[SEP] pad=[PAD] cls=[CLS] mask=[MASK]");
    add(
        "DebertaV2Tokenizer",
        "bos=[CLS] eos=[SEP] unk=[UNK] sep=[SEP] pad=[PAD] cls=[CLS] mask=[MASK]");
    add("DistilBertTokenizer", BERT);
    add("ElectraTokenizer", BERT);
    addLeft("GemmaTokenizer", "bos=<bos> eos=<eos> unk=<unk> pad=<pad> mask=<mask>");
    add("GPT2Tokenizer", GPT2);
    add("GPTNeoXTokenizer", GPT2 + " pad=<|padding|>");
    addLeft("LlamaTokenizer", "bos=<s> eos=</s> unk=<unk>");
    add("MPNetTokenizer", "bos=<s> eos=</s> unk=[UNK] sep=</s> pad=<pad> cls=<s> mask=<mask>");
    add("PegasusTokenizer", "eos=</s> unk=<unk> pad=<pad> mask=<mask_2>");
    add("Qwen2Tokenizer", "eos=<|endoftext|> unk=<|endoftext|> pad=<|endoftext|>");
    add("RobertaTokenizer", ROBERTA);
    add("T5Tokenizer", "eos=</s> unk=<unk> pad=<pad>");
    add("WhisperTokenizer", GPT2);
    add("XLMRobertaTokenizer", ROBERTA);
  }

  /** The class of models whose files name none. */
  private static final Map<String, List<String>> MODEL_TYPES =
      Map.ofEntries(
          Map.entry("AlbertTokenizer", List.of("albert", "nystromformer", "yoso")),
          Map.entry(
              "BertTokenizer",
              List.of("bert", "distilbert", "electra", "mobilebert", "squeezebert", "convbert")),
          Map.entry("CLIPTokenizer", List.of("clip")),
          Map.entry("CamembertTokenizer", List.of("camembert")),
          Map.entry("DebertaTokenizer", List.of("deberta")),
          Map.entry("DebertaV2Tokenizer", List.of("deberta-v2")),
          Map.entry(
              "GemmaTokenizer",
              List.of("gemma", "gemma2", "gemma3", "gemma3_text", "recurrent_gemma")),
          Map.entry(
              "GPT2Tokenizer",
              List.of(
                  "gpt2",
                  "gpt_neo",
                  "gptj",
                  "gpt_bigcode",
                  "codegen",
                  "phi",
                  "opt",
                  "granite",
                  "granitemoe",
                  "starcoder2",
                  "exaone4",
                  "olmo3",
                  "dbrx")),
          Map.entry(
              "GPTNeoXTokenizer",
              List.of("gpt_neox", "stablelm", "olmo", "olmo2", "olmoe", "mamba", "mpt", "rwkv")),
          Map.entry("MPNetTokenizer", List.of("mpnet")),
          Map.entry("PegasusTokenizer", List.of("pegasus", "pegasus_x", "bigbird_pegasus")),
          Map.entry(
              "Qwen2Tokenizer", List.of("qwen2", "qwen2_moe", "qwen3", "qwen3_moe", "qwen3_next")),
          Map.entry("RobertaTokenizer", List.of("roberta", "bart", "longformer", "ibert")),
          Map.entry("T5Tokenizer", List.of("t5", "mt5", "umt5", "longt5", "switch_transformers")),
          Map.entry("WhisperTokenizer", List.of("whisper")),
          Map.entry("XLMRobertaTokenizer", List.of("xlm-roberta", "xlm-roberta-xl", "xmod")));

  /** Kinds of models whose files are known to name a wrong class: the reference passes it over. */
  private static final Set<String> WRONGLY_NAMED =
      Set.of(
          "arctic",
          "chameleon",
          "deepseek_v2",
          "deepseek_v3",
          "deepseek_vl",
          "fuyu",
          "internlm2",
          "jamba",
          "janus",
          "llava",
          "llava_next",
          "modernbert",
          "phi3",
          "phimoe",
          "nemotron",
          "vipllava");

  /** Classes that use tokenizer.json as it stands. */
  private static final Set<String> AS_IT_STANDS =
      Set.of(
          "TokenizersBackend", "PreTrainedTokenizer", "PreTrainedTokenizerFast", "BloomTokenizer");

  private static void add(String name, String tokens) {
    KNOWN.put(name, new TransformersClass(name, false, parse(tokens)));
  }

  private static void addLeft(String name, String tokens) {
    KNOWN.put(name, new TransformersClass(name, true, parse(tokens)));
  }

  private static Map<String, String> parse(String tokens) {
    var map = new LinkedHashMap<String, String>();
    for (String pair : tokens.split(" ")) {
      int equals = pair.indexOf('=');
      map.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return Map.copyOf(map);
  }

  /** A class by its name. */
  static Optional<TransformersClass> find(String name) {
    return Optional.ofNullable(KNOWN.get(name));
  }

  /** The names of the classes that are known. */
  static Set<String> names() {
    return java.util.Collections.unmodifiableSet(KNOWN.keySet());
  }

  /** The class of a kind of model. */
  static Optional<String> ofModelType(String modelType) {
    return MODEL_TYPES.entrySet().stream()
        .filter(entry -> entry.getValue().contains(modelType))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Whether tokenizer.json counts as it stands whatever class the files of such a model name. */
  static boolean isWronglyNamed(String modelType) {
    return WRONGLY_NAMED.contains(modelType);
  }

  /** Whether a class uses tokenizer.json as it stands. */
  static boolean isAsItStands(String name) {
    return AS_IT_STANDS.contains(name);
  }
}
