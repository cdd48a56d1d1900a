/** The embedded default model: a small teller of fairy tales. */
package io.quoth.tales;
