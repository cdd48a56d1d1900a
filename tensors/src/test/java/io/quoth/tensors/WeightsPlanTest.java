package io.quoth.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadFileException;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WeightsPlanTest {
  private static Weights directory(Tensor... tensors) {
    var map = new TreeMap<String, Tensor>();
    for (Tensor tensor : tensors) {
      map.put(tensor.name(), tensor);
    }
    return new TensorMap("here", map);
  }

  @Test
  void tellsAllThatDoesNotFitInOneError() {
    var plan =
        WeightsPlan.over(
            directory(
                Tensor.shapeOnly("body.a", DType.F32, 2, 3),
                Tensor.shapeOnly("body.b", DType.I64, 4),
                Tensor.shapeOnly("body.more", DType.F32, 4),
                Tensor.shapeOnly("body.inv_freq", DType.F32, 4)));
    var body = plan.weights().inIfPresent("body");
    body.get("a", 3, 2);
    body.get("b", 4);
    body.get("c", 7);
    assertThatThrownBy(() -> plan.check(name -> name.endsWith("inv_freq")))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("here: does not fit the configuration")
        .hasMessageContaining("1 missing: body.c [7].")
        .hasMessageContaining(
            "2 not as configured: body.a is [2, 3], expected [3, 2]; body.b is of type I64")
        .hasMessageContaining("1 not part of the model: body.more.");
  }

  @Test
  void passesWhatFitsAndKeepsTheTypeOfTheFile() {
    var plan = WeightsPlan.over(directory(Tensor.shapeOnly("a", DType.BF16, 2, 3)));
    assertThat(plan.weights().inIfPresent("body").get("a", 2, 3).dtype()).isEqualTo(DType.BF16);
    plan.check(_ -> false);
  }

  @Test
  void countsWhatAConfigurationImplies() {
    var plan = WeightsPlan.imagined(DType.F16);
    var folder = plan.weights().inIfPresent("model").in("layers.0");
    folder.get("w", 1 << 20, 1 << 20);
    folder.get("w", 1 << 20, 1 << 20);
    folder.get("b", 5);
    assertThat(plan.parameters()).isEqualTo((1L << 40) + 5);
    assertThat(plan.wanted())
        .extracting(WeightsPlan.Want::name)
        .containsExactly("layers.0.w", "layers.0.b");
    assertThatThrownBy(() -> folder.get("w", 2, 2).data())
        .isInstanceOf(IllegalStateException.class);
  }
}
