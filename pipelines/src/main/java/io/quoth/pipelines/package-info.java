/**
 * From text to the answer of a task: classes, entities, answers, words for a gap. {@link
 * io.quoth.pipelines.Pipeline} lists the tasks and makes each from a model's folder; every task is
 * a type of its own with typed results. They follow the pipelines of transformers, whose settings
 * they keep; what differs is said where it does.
 */
package io.quoth.pipelines;
