/**
 * Pauses of the machine itself, in which no program runs: a virtual machine's host gives its processors to others, now and then for
 * a tenth of a second. No server can answer meanwhile, and a p99 of a few seconds may be nothing else.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const WATCH = fileURLToPath(new URL('pause-watch.ts', import.meta.url))
/** Ahead of every process and thread that is not of the kernel; only root may. */
const REAL_TIME = ['chrt', '--fifo', '50']

/** Watches on one core, ahead of all else there. @returns a function that ends it and says in a line what was seen */
export function watchPauses(core: number): () => Promise<string> {
  const startedAt = performance.now()
  const command = ['taskset', '-c', String(core), ...REAL_TIME, process.execPath, WATCH]
  const watch = spawn(command[0]!, command.slice(1), { stdio: ['pipe', 'pipe', 'ignore'] })
  let printed = ''
  watch.stdout.on('data', (text: Buffer) => (printed += text.toString()))
  const ended = new Promise<void>((resolve) => {
    watch.once('close', () => resolve())
    watch.once('error', () => resolve())
  })
  watch.stdin.on('error', () => undefined)
  return async () => {
    watch.stdin.end()
    await ended
    if (printed === '') return 'Pauses of the machine: not watched, which takes chrt and root.'
    return describePauses(JSON.parse(printed) as number[], performance.now() - startedAt)
  }
}

export function describePauses(pausesMs: readonly number[], watchedMs: number): string {
  const minutes = (watchedMs / 60_000).toFixed(1)
  if (pausesMs.length === 0) return `Pauses of the machine: none of 8 ms or more in ${minutes} minutes.`
  const longest = [...pausesMs].sort((a, b) => b - a).slice(0, 5)
  const total = pausesMs.reduce((sum, ms) => sum + ms, 0)
  return `Pauses of the machine, in which a real-time thread that only sleeps was not woken: ${pausesMs.length} of 8 ms or more in ${minutes} minutes, ${Math.round(total)} ms together, the longest ${longest.map((ms) => Math.round(ms)).join(', ')} ms.`
}
