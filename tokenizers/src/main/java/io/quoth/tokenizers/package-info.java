/** Text to ids and back. */
package io.quoth.tokenizers;
