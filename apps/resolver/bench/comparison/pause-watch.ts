/** A process that only sleeps, two milliseconds at a time, until its standard input ends; prints each time it slept far too long. */

const SLEEP_MS = 2
/** Sleeps of this much more are no matter of timers. */
const PAUSE_MS = 8

const never = new Int32Array(new SharedArrayBuffer(4))
const pausesMs: number[] = []
let isOver = false
process.stdin.resume().once('end', () => (isOver = true))

function watch(): void {
  // The event loop, too, has its turn: it says when the input ends.
  for (let i = 0; i < 50; i++) {
    const startedAt = performance.now()
    Atomics.wait(never, 0, 0, SLEEP_MS)
    const tooLongMs = performance.now() - startedAt - SLEEP_MS
    if (tooLongMs >= PAUSE_MS) pausesMs.push(tooLongMs)
  }
  if (isOver) console.log(JSON.stringify(pausesMs))
  else setImmediate(watch)
}
watch()
