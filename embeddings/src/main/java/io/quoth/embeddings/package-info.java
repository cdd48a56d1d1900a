/**
 * Texts as vectors, and what is done with vectors. {@code SentenceTransformer} turns texts into
 * embeddings, {@link io.quoth.embeddings.Similarity} compares them, {@link
 * io.quoth.embeddings.SemanticSearch} finds the nearest of millions, exactly; {@link
 * io.quoth.embeddings.ParaphraseMining}, {@link io.quoth.embeddings.CommunityDetection} and {@link
 * io.quoth.embeddings.KMeans} group them, {@link io.quoth.embeddings.Quantization} makes them
 * small. The functions follow the library sentence-transformers in meaning and names. Start at
 * {@code SentenceTransformer}.
 */
package io.quoth.embeddings;
