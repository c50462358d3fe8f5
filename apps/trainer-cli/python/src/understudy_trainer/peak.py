"""How much of a GPU's arithmetic a training uses: what its maker states, and what training costs."""

from __future__ import annotations

import torch

# forward, gradient of the inputs, gradient of the weights; each a multiplication and an addition
FLOP_PER_MAC = 6

# dense bfloat16 tensor-core FLOP/s, from the makers' data sheets; the longer names come first
_BFLOAT16_PEAKS = (
    ("H200", 989e12),
    ("H100 PCIe", 756e12),
    ("H100", 989e12),
    ("A100", 312e12),
    ("A30", 165e12),
    ("A10", 125e12),
    ("L40S", 362e12),
    ("L4", 121e12),
)


def peak_flops(device_name: str, dtype: torch.dtype) -> float | None:
    """FLOP/s that the device could do in `dtype`; None where it is not known."""
    if dtype != torch.bfloat16:
        return None
    return next((peak for name, peak in _BFLOAT16_PEAKS if name in device_name), None)


def share_of_peak(
    mac_per_byte: int, bytes_per_second: float, device_name: str, dtype: torch.dtype
) -> float | None:
    """Share of one device's peak that `bytes_per_second` on it is; None where the peak is not known."""
    peak = peak_flops(device_name, dtype)
    return None if peak is None else FLOP_PER_MAC * mac_per_byte * bytes_per_second / peak
