/**
 * Speed as a share of what the machine can do, both measured in one run. Start at {@link
 * io.quoth.bench.Bench}.
 */
package io.quoth.bench;
