/** Logits to ids: processors, samplers, stopping, streaming, the loop. */
package io.quoth.generation;
