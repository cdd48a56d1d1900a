package io.quoth.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;

/** all-MiniLM-L6-v2 on ONNX Runtime. */
final class OnnxMiniLm implements AutoCloseable {
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final OrtSession session;

  OnnxMiniLm(byte[] file, int threads) {
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = ENVIRONMENT.createSession(file, options);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  static String version() {
    return ENVIRONMENT.getVersion();
  }

  /** The mean over the tokens of each text, of length 1. */
  float[][] encode(List<int[]> texts, int batch) {
    float[][] embeddings = new float[texts.size()][];
    for (int from = 0; from < texts.size(); from += batch) {
      encode(texts.subList(from, Math.min(texts.size(), from + batch)), embeddings, from);
    }
    return embeddings;
  }

  private void encode(List<int[]> texts, float[][] into, int at) {
    int longest = texts.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    long[] shape = {texts.size(), longest};
    long[] ids = new long[texts.size() * longest];
    long[] mask = new long[ids.length];
    for (int t = 0; t < texts.size(); t++) {
      for (int i = 0; i < texts.get(t).length; i++) {
        ids[t * longest + i] = texts.get(t)[i];
        mask[t * longest + i] = 1;
      }
    }
    try (var inputIds = OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(ids), shape);
        var attentionMask = OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(mask), shape);
        var types =
            OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(new long[ids.length]), shape);
        var result =
            session.run(
                Map.of(
                    "input_ids", inputIds,
                    "attention_mask", attentionMask,
                    "token_type_ids", types))) {
      var states = (OnnxTensor) result.get(0);
      int width = (int) states.getInfo().getShape()[2];
      float[] numbers = new float[ids.length * width];
      states.getFloatBuffer().get(numbers);
      for (int t = 0; t < texts.size(); t++) {
        into[at + t] = mean(numbers, t * longest * width, texts.get(t).length, width);
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static float[] mean(float[] numbers, int start, int rows, int width) {
    float[] mean = new float[width];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < width; i++) {
        mean[i] += numbers[start + r * width + i];
      }
    }
    double squares = 0;
    for (float x : mean) {
      squares += (double) x * x;
    }
    float length = (float) Math.sqrt(squares);
    for (int i = 0; i < width; i++) {
      mean[i] /= length;
    }
    return mean;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
