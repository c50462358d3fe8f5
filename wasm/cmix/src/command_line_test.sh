#!/bin/sh
# The command line of the teacher: files and pipes, exit codes, and that nothing half-written stays. Argument: the binary.
set -eu
teacher=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() { echo "not so: $1" >&2; exit 1; }
expect() { # code, words in stderr, arguments...
  code=$1; words=$2; shift 2
  status=0
  "$teacher" "$@" >stdout 2>stderr || status=$?
  [ "$status" -eq "$code" ] || fail "exit $code of: $* (got $status: $(cat stderr))"
  grep -q -- "$words" stderr || fail "stderr of '$*' has '$words' ($(cat stderr))"
}

seq 1 1500 >'a file'
"$teacher" compress 'a file' a.uta --mem 16
"$teacher" decompress a.uta back
cmp 'a file' back || fail 'round trip'
"$teacher" compress - - --mem=16 <'a file' | "$teacher" decompress - - | cmp - 'a file' || fail 'round trip through pipes'
"$teacher" trace 'a file' t --mem 16 --range 100:400 --warm-up 50 --stride 3 --profile target
"$teacher" trace - - --mem 16 --range 100:400 --warm-up 50 --stride 3 --profile target <'a file' >u
[ "$(wc -c <t)" -gt 100000 ] || fail 'a trace of 100 rows'
"$teacher" --help | grep -q 'teacher compress' || fail 'help on stdout'

"$teacher" compress 'a file' with-lstm --mem 16 --lstm --range 0:2000
"$teacher" decompress with-lstm back
head -c 2000 'a file' | cmp - back || fail 'round trip with --lstm'

expect 2 'unknown command' shrink a b
expect 2 'expected a command' compress a
expect 2 'does not belong' compress a b --stride 2
expect 2 '16 to 4096' compress a b --mem 8
expect 2 'at least 1' trace a b --stride 0
expect 2 'full, compact or target' trace a b --profile all
expect 2 'needs a value' compress a b --mem
expect 2 'does not lie' compress 'a file' b --range 5:999999999
expect 1 'cannot open' compress missing b
expect 1 'not an archive' decompress 'a file' b
expect 1 'is the input' compress 'a file' 'a file'
expect 1 'cannot create' compress 'a file' no/such/folder --mem 16
head -c 100 a.uta >cut
expect 1 'ends too early' decompress cut b
printf X | dd of=a.uta bs=1 seek=60 conv=notrunc status=none
expect 1 'damaged\|too early' decompress a.uta b
[ ! -e b ] || fail 'no output after an error'
[ -z "$(ls | grep tmp || true)" ] || fail 'no temporary file left'
mkfifo pipe
cat pipe >piped &
"$teacher" compress 'a file' pipe --mem 16
wait
[ -p pipe ] && [ "$("$teacher" decompress piped - | wc -l)" -eq 1500 ] || fail 'a pipe is written to, not replaced'
