package io.quoth.generation;

import java.time.Duration;

/**
 * How long the parts of a generation took.
 *
 * @param prompt from the first chunk of the prompt to the logits behind its last token
 * @param generation from there to the end
 * @param timeToFirstToken from the call to the first new token, waiting and encoding included; as
 *     long as all took where there is none
 */
public record Timings(Duration prompt, Duration generation, Duration timeToFirstToken) {}
