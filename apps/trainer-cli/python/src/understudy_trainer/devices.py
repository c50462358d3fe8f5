"""What a run's device can do: the type of its matrix products, and generated kernels."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch
from torch import nn


def resolve_dtype(name: str, device: torch.device) -> torch.dtype:
    """`auto` is bfloat16 where the hardware multiplies it natively: the operands are int8-valued, so they
    lose nothing.
    """
    if name == "float32":
        return torch.float32
    if name == "bfloat16" or device.type == "cuda" or _has_bf16():
        return torch.bfloat16
    return torch.float32


def _has_bf16() -> bool:
    """Whether this CPU multiplies bfloat16 itself and PyTorch may use it."""
    if torch.backends.cpu.get_cpu_capability() != "AVX512":
        return False
    try:
        return "avx512_bf16" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


def compiled(model: nn.Module) -> nn.Module:
    """The same function in generated kernels; takes its time at the first step."""
    return cast(nn.Module, torch.compile(model))
