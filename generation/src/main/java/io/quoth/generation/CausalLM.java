package io.quoth.generation;

import io.quoth.base.BadArgumentException;
import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.QuothException;
import io.quoth.kernels.Batch;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Ops;
import io.quoth.kernels.SequenceState;
import io.quoth.models.CausalModel;
import io.quoth.tokenizers.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * A causal language model that writes: prompt in, text out.
 *
 * <p>Safe to share between threads, virtual ones too: their forwards take turns. Each call has its
 * own state; nothing is kept from one to the next. {@link #close} waits for the forward under way,
 * and whoever generates then gets a {@link io.quoth.base.ClosedException}.
 *
 * <p>A prompt is text, encoded with the special tokens that the tokenizer adds, or ids as they are.
 * Text needs a tokenizer in the model's folder; where there is none, or it cannot be read, ids give
 * ids and an empty text.
 */
public final class CausalLM implements AutoCloseable {
  /** Sequences of a list that are generated side by side; the others wait. */
  private static final int SIDE_BY_SIDE = 64;

  private final ModelFolder folder;
  private final CausalModel model;
  private final GenerationConfig ofModel;
  private final String kernels;
  private final FutureTask<Tokenizer> tokenizer;

  private CausalLM(
      ModelFolder folder,
      FutureTask<Tokenizer> tokenizer,
      CausalModel model,
      GenerationConfig ofModel,
      String kernels) {
    this.folder = folder;
    this.tokenizer = tokenizer;
    this.model = model;
    this.ofModel = ofModel;
    this.kernels = kernels;
  }

  /**
   * Loads a model with its {@code config.json}, {@code generation_config.json} and weights.
   *
   * @param ops what computes; belongs to the model from now on
   * @throws BadFileException when a file is missing, damaged or does not fit another
   * @throws io.quoth.base.UnsupportedModelException when no family knows the model, or its
   *     generation settings ask for what is not supported
   */
  public static CausalLM load(ModelFolder folder, Ops ops, ProgressListener progress) {
    String kernels =
        ops instanceof CpuOps cpu
            ? cpu.rung().name().toLowerCase(java.util.Locale.ROOT)
                + ", "
                + cpu.threads()
                + (cpu.threads() == 1 ? " thread" : " threads")
            : ops.getClass().getSimpleName();
    // Read while the weights are mapped; what is wrong with it is told to who asks for it.
    var tokenizer = new FutureTask<Tokenizer>(() -> Tokenizer.load(folder));
    if (Tokenizer.isIn(folder)) {
      Thread.ofPlatform().daemon().name("quoth-tokenizer").start(tokenizer);
    }
    CausalModel model = CausalModel.load(folder, ops, progress);
    try {
      return new CausalLM(folder, tokenizer, model, GenerationConfig.of(folder), kernels);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  // ---- all at once

  /** Continues a text as the model's own settings say. */
  public GenerationResult generate(String prompt) {
    return generate(prompt, GenerationConfig.defaults());
  }

  /**
   * Continues a text.
   *
   * @throws BadArgumentException when the prompt is empty or longer than the context, or settings
   *     contradict each other
   * @throws io.quoth.base.ClosedException when the model is closed
   */
  public GenerationResult generate(String prompt, GenerationConfig config) {
    return generate(prompt, config, _ -> {});
  }

  /** As {@link #generate(String, GenerationConfig)}, for ids. */
  public GenerationResult generate(int[] promptIds, GenerationConfig config) {
    return generate(promptIds, config, _ -> {});
  }

  /** As {@link #generate(String, GenerationConfig)}; tells {@code listener} each token at once. */
  public GenerationResult generate(
      String prompt, GenerationConfig config, Consumer<GeneratedToken> listener) {
    try (TokenStream tokens = stream(prompt, config)) {
      tokens.forEachRemaining(listener);
      return tokens.result();
    }
  }

  /** As {@link #generate(int[], GenerationConfig)}; tells {@code listener} each token at once. */
  public GenerationResult generate(
      int[] promptIds, GenerationConfig config, Consumer<GeneratedToken> listener) {
    try (TokenStream tokens = stream(promptIds, config)) {
      tokens.forEachRemaining(listener);
      return tokens.result();
    }
  }

  // ---- token by token

  /** Continues a text token by token, each when it is asked for. To be closed. */
  public TokenStream stream(String prompt, GenerationConfig config) {
    long called = System.nanoTime();
    return stream(encode(prompt), config, called);
  }

  /** As {@link #stream(String, GenerationConfig)}, for ids. */
  public TokenStream stream(int[] promptIds, GenerationConfig config) {
    return stream(promptIds, config, System.nanoTime());
  }

  private TokenStream stream(int[] promptIds, GenerationConfig config, long called) {
    return new TokenStream(begin(promptIds, config, called), newLoop(), kernels);
  }

  // ---- many prompts side by side

  /**
   * Continues many texts side by side, which is faster than one after the other. Each result is
   * what the prompt would have got alone. When the thread is interrupted, those not done end with
   * {@link FinishReason#CANCELLED}.
   *
   * @return one result a prompt, in order
   */
  public List<GenerationResult> generate(List<String> prompts, GenerationConfig config) {
    return generateIds(prompts.stream().map(this::encode).toList(), config);
  }

  /** As {@link #generate(List, GenerationConfig)}, for ids. */
  public List<GenerationResult> generateIds(List<int[]> prompts, GenerationConfig config) {
    long called = System.nanoTime();
    var loop = newLoop();
    var sequences = new ArrayList<SequenceRun>();
    try {
      while (sequences.size() < prompts.size() || loop.running() > 0) {
        while (sequences.size() < prompts.size() && loop.running() < SIDE_BY_SIDE) {
          var sequence = begin(prompts.get(sequences.size()), config, called);
          sequences.add(sequence);
          loop.add(sequence);
        }
        if (Thread.currentThread().isInterrupted()) {
          sequences.forEach(SequenceRun::cancel);
          loop.dropEnded();
        } else if (loop.running() > 0) {
          loop.step();
        }
      }
      return sequences.stream().map(sequence -> sequence.result(kernels)).toList();
    } finally {
      sequences.forEach(SequenceRun::close);
    }
  }

  // ---- one step, seen from the inside

  /**
   * The distribution over the token behind a prompt, before and behind each processor.
   *
   * @param top how many of the likeliest tokens to tell of each
   */
  public NextToken next(String prompt, GenerationConfig config, int top) {
    return next(encode(prompt), config, top);
  }

  /** As {@link #next(String, GenerationConfig, int)}, for ids. */
  public NextToken next(int[] promptIds, GenerationConfig config, int top) {
    if (top < 1) {
      throw new BadArgumentException("top must be >= 1: " + top);
    }
    requireIds(promptIds);
    var plan = Plan.of(config, ofModel, model.config(), promptIds.length);
    float[] logits = new float[model.config().vocabSize()];
    logits(promptIds, logits);
    var candidates = new Candidates(logits.length);
    candidates.reset(logits, 0);
    var tokens = TokenIds.of(promptIds);
    var stages = new ArrayList<NextToken.Stage>();
    stages.add(NextToken.Stage.of("logits", candidates, top, this::piece));
    for (LogitsProcessor processor : plan.chain()) {
      processor.process(candidates, tokens);
      if (candidates.size() == 0) {
        throw new QuothException(processor.name() + " leaves no token to choose from");
      }
      stages.add(NextToken.Stage.of(processor.name(), candidates, top, this::piece));
    }
    return new NextToken(promptIds, stages);
  }

  private void logits(int[] ids, float[] logits) {
    try (SequenceState state = model.newState()) {
      var batch = new Batch();
      for (int from = 0; from < ids.length; from += GenerationLoop.PROMPT_ROWS) {
        int to = Math.min(ids.length, from + GenerationLoop.PROMPT_ROWS);
        batch.clear();
        batch.add(
            state, ids, from, to, ids.length, to == ids.length ? Batch.Want.LAST : Batch.Want.NONE);
        model.forward(batch, logits);
      }
    }
  }

  private String piece(int id) {
    return usableTokenizer()
        .map(usable -> new String(usable.bytes(id), StandardCharsets.UTF_8))
        .orElse("");
  }

  // ---- parts

  /**
   * The model's tokenizer.
   *
   * @throws BadFileException when its folder has none or it is damaged
   */
  public Tokenizer tokenizer() {
    tokenizer.run(); // does nothing where it ran or runs
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return tokenizer.get();
        } catch (InterruptedException _) {
          interrupted = true; // it takes milliseconds: the caller learns of it behind them
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The tokenizer, if there is one and it can be read. */
  private Optional<Tokenizer> usableTokenizer() {
    try {
      return hasTokenizer() ? Optional.of(tokenizer()) : Optional.empty();
    } catch (QuothException _) {
      return Optional.empty(); // who gave ids gets ids; who gives text is told
    }
  }

  /** Whether the model's folder has a tokenizer; ids alone need none. */
  public boolean hasTokenizer() {
    return Tokenizer.isIn(folder);
  }

  /** The model itself: its configuration, its logits. */
  public CausalModel model() {
    return model;
  }

  /** What the model's own files say about generation. */
  public GenerationConfig generationConfig() {
    return ofModel;
  }

  /** What computes: the rung of kernels and how many threads. */
  public String kernels() {
    return kernels;
  }

  /** Waits for the forward under way and gives all memory back. May be called again. */
  @Override
  public void close() {
    model.close();
  }

  private GenerationLoop newLoop() {
    return new GenerationLoop(model::forward, model.config().vocabSize());
  }

  private int[] encode(String prompt) {
    int[] ids = tokenizer().encode(prompt).ids();
    var begin = ofModel.findInt(Setting.BOS_TOKEN_ID);
    // Nothing to go on from: as the reference, begin with the token that begins texts.
    return ids.length == 0 && begin.isPresent() ? new int[] {begin.getAsInt()} : ids;
  }

  private SequenceRun begin(int[] promptIds, GenerationConfig config, long called) {
    requireIds(promptIds);
    var plan = Plan.of(config, ofModel, model.config(), promptIds.length);
    List<String> stopStrings = plan.config().stopStrings();
    var output =
        stopStrings.isEmpty()
            ? usableTokenizer().map(usable -> new TextOutput(usable, promptIds, stopStrings))
            : Optional.of(new TextOutput(tokenizer(), promptIds, stopStrings));
    return new SequenceRun(plan, promptIds, model.newState(), output.orElse(null), called);
  }

  private static void requireIds(int[] promptIds) {
    if (promptIds.length == 0) {
      throw new BadArgumentException("the prompt is empty; it must have at least one id");
    }
  }
}
