/** The page's programs. */
package io.quoth.examples;
