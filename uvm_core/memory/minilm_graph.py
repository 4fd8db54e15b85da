"""The packaged sentence model as an ONNX graph with 8-bit weights, written node by node from its safetensors.

A BERT encoder (Devlin et al., arXiv 1810.04805), the mean over the tokens and the division by the length. The weights
of its matrix products are 8-bit integers, one scale for each column; what is multiplied with them is quantised as it
comes. No exporter is needed, and the graph needs no pass over it before it runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

MASKED = -10_000.0
"""Added to the attention towards padding: its softmax is zero in float32."""


def encoder_graph(folder: Path, *, quantised: bool = True) -> bytes:
    """The serialised graph: `ids` and `mask`, int64 (n, tokens), to `vectors`, float32 (n, dimensions) of length one.

    Not quantised it computes what the model does in float32. Errors: ImportError without onnx or safetensors, OSError,
    ValueError or KeyError for files that are not of such a model.
    """
    from safetensors.numpy import load_file

    config = json.loads((folder / "config.json").read_text("utf-8"))
    weights = load_file(str(folder / "model.safetensors"))
    return _Writer(config, weights, quantised).graph()


class _Writer:
    """Collects nodes and constants; every method answers the name of what it computes."""

    def __init__(self, config: dict[str, Any], weights: dict[str, np.ndarray], quantised: bool) -> None:
        from onnx import TensorProto, helper, numpy_helper

        self._types: Any = TensorProto
        self._helper: Any = helper
        self._constant_of: Any = numpy_helper.from_array
        self._quantised = quantised
        self._weights = weights
        self._size = int(config["hidden_size"])
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def graph(self) -> bytes:
        types = self._types
        mask = self._op("Cast", ["mask"], to=types.FLOAT)
        padding = self._op("Sub", [self._number(1.0), mask])
        bias = self._op("Unsqueeze", [self._op("Mul", [padding, self._number(MASKED)]), self._whole(1, 2)])
        hidden = self._embedded(types.FLOAT)
        for layer in range(self._layers):
            hidden = self._layer(hidden, bias, f"encoder.layer.{layer}.")
        self._mean(hidden, mask)
        value = self._helper.make_tensor_value_info
        graph = self._helper.make_graph(
            self._nodes,
            "sentences",
            [value("ids", types.INT64, ["n", "tokens"]), value("mask", types.INT64, ["n", "tokens"])],
            [value("vectors", types.FLOAT, ["n", self._size])],
            self._constants,
        )
        # Opset 20 is the first with Gelu; format 9 goes with it and is read by every runtime that knows it.
        domains = [self._helper.make_opsetid("", 20), self._helper.make_opsetid("com.microsoft", 1)]
        return bytes(self._helper.make_model(graph, opset_imports=domains, ir_version=9).SerializeToString())

    def _embedded(self, float_type: int) -> str:
        table = self._weights["embeddings.word_embeddings.weight"]
        # Half the bytes for the largest table; the products that follow are coarser than its rounding.
        words = self._constant(table.astype(np.float16) if self._quantised else table)
        found = self._op("Cast", [self._op("Gather", [words, "ids"])], to=float_type)
        # All tokens are of the first type: its vector is added to the places once and for all.
        kinds = self._weights["embeddings.token_type_embeddings.weight"][0]
        places = self._constant(self._weights["embeddings.position_embeddings.weight"] + kinds)
        length = self._op("Shape", ["ids"], start=1, end=2)
        zero = self._whole(0)
        added = self._op("Add", [found, self._op("Slice", [places, zero, length, zero])])
        return self._norm(added, "embeddings.LayerNorm")

    def _layer(self, hidden: str, bias: str, prefix: str) -> str:
        attended = self._dense(self._attention(hidden, bias, prefix), *self._linear(prefix + "attention.output.dense"))
        hidden = self._norm(self._op("Add", [attended, hidden]), prefix + "attention.output.LayerNorm")
        wide = self._op("Gelu", [self._dense(hidden, *self._linear(prefix + "intermediate.dense"))])
        narrow = self._dense(wide, *self._linear(prefix + "output.dense"))
        return self._norm(self._op("Add", [narrow, hidden]), prefix + "output.LayerNorm")

    def _attention(self, hidden: str, bias: str, prefix: str) -> str:
        parts = [self._linear(f"{prefix}attention.self.{name}") for name in ("query", "key", "value")]
        # The division by the root of the head's size goes into the queries' weights.
        scale = np.float32((self._size // self._heads) ** -0.5)
        parts[0] = (parts[0][0] * scale, parts[0][1] * scale)
        joined = self._dense(
            hidden, np.concatenate([w for w, _ in parts], axis=1), np.concatenate([b for _, b in parts])
        )
        rows = [f"{prefix}{name}" for name in ("q", "k", "v")]
        self._nodes.append(self._helper.make_node("Split", [joined], rows, axis=-1, num_outputs=3))
        by_head = self._whole(0, 0, self._heads, self._size // self._heads)
        query, key, value = (
            self._op("Transpose", [self._op("Reshape", [row, by_head])], perm=order)
            for row, order in zip(rows, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True)
        )
        scores = self._op("Softmax", [self._op("Add", [self._op("MatMul", [query, key]), bias])], axis=-1)
        mixed = self._op("Transpose", [self._op("MatMul", [scores, value])], perm=[0, 2, 1, 3])
        return self._op("Reshape", [mixed, self._whole(0, 0, self._size)])

    def _mean(self, hidden: str, mask: str) -> None:
        tokens = self._whole(1)
        kept = self._op("Mul", [hidden, self._op("Unsqueeze", [mask, self._whole(2)])])
        total = self._op("ReduceSum", [kept, tokens], keepdims=0)
        mean = self._op("Div", [total, self._op("ReduceSum", [mask, tokens], keepdims=1)])
        self._nodes.append(
            self._helper.make_node("Div", [mean, self._op("ReduceL2", [mean, tokens], keepdims=1)], ["vectors"])
        )

    def _linear(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        return self._weights[name + ".weight"].T, self._weights[name + ".bias"]

    def _dense(self, rows: str, weight: np.ndarray, bias: np.ndarray) -> str:
        if not self._quantised:
            return self._op("Add", [self._op("MatMul", [rows, self._constant(weight)]), self._constant(bias)])
        scales = np.maximum(np.abs(weight).max(axis=0), np.float32(1e-12)) / np.float32(127)
        whole = np.rint(weight / scales).astype(np.int8)
        inputs = [rows, self._constant(whole), self._constant(scales), "", self._constant(bias)]
        return self._op("DynamicQuantizeMatMul", inputs, domain="com.microsoft")

    def _norm(self, rows: str, name: str) -> str:
        scale, bias = (self._constant(self._weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self._op("LayerNormalization", [rows, scale, bias], axis=-1, epsilon=self._epsilon)

    def _op(self, kind: str, inputs: Iterable[str], **attributes: Any) -> str:
        output = f"{kind}_{len(self._nodes)}"
        self._nodes.append(self._helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def _constant(self, array: np.ndarray) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(self._constant_of(np.ascontiguousarray(array), name))
        return name

    def _number(self, value: float) -> str:
        return self._constant(np.array(value, dtype=np.float32))

    def _whole(self, *values: int) -> str:
        return self._constant(np.array(values, dtype=np.int64))
