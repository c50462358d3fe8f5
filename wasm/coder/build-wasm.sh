#!/bin/sh
# Builds the coder as a standalone WebAssembly module: build-wasm.sh OUTPUT.wasm (Emscripten 3.1.6 gives the committed bytes).
# sources.txt lists what belongs to it, here and in CMakeLists.txt.
set -eu
output=$(realpath "$1")
cd "$(dirname "$0")"
# shellcheck disable=SC2046 # one word a line
exec em++ -O3 -msimd128 -std=c++20 -fno-exceptions -fno-rtti -ffp-contract=off -Wall -Wextra -Werror -Isrc \
  $(cat sources.txt) src/wasm_api.cc -o "$output" \
  -sSTANDALONE_WASM --no-entry -sALLOW_MEMORY_GROWTH -sINITIAL_MEMORY=1MB -sTOTAL_STACK=64KB -sMAXIMUM_MEMORY=2GB \
  -sMALLOC=emmalloc -Wl,--wrap=abort
