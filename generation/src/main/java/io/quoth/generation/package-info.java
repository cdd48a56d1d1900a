/**
 * Logits to ids, ids to text. {@link io.quoth.generation.CausalLM} is the model that writes; {@link
 * io.quoth.generation.GenerationConfig} says how. Inside, {@code GenerationLoop} runs one or many
 * sequences in ragged batches; each step's logits become {@link io.quoth.generation.Candidates},
 * {@link io.quoth.generation.LogitsProcessor}s work on them in the reference's order ({@code
 * ProcessorChain}), a {@link io.quoth.generation.Sampler} chooses one, and {@code TextOutput} makes
 * text of it, holding back what could still become a stop string. Start at {@code CausalLM}, then
 * read {@code GenerationLoop} and {@code SequenceRun}.
 */
package io.quoth.generation;
