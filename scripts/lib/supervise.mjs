/** Runs resolver and API side by side: either is restarted alone when it dies, both end together when told to. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import engineFlags from './engine-flags.json' with { type: 'json' }
import { childEnvironment, root } from './set-up.mjs'

/** An exit code that a restart would not change: a setting is wrong, a port is taken, the database is from a newer Weir. */
const GIVE_UP = new Set([1, 2])
const RESTART_DELAYS_MS = [200, 1000, 5000, 15_000]
/** A process that lived this long has earned a fresh start of its delays. */
const HEALTHY_AFTER_MS = 60_000
/** After SIGTERM; then SIGKILL. */
const STOP_PATIENCE_MS = 10_000

/** Starts Weir and waits for its end. @returns the exit code for `npm start` */
export function superviseWeir(node) {
  return new Promise((resolve) => {
    const running = new Map()
    let exitCode = 0
    let isStopping = false

    const stop = (signal) => {
      if (isStopping) return
      isStopping = true
      for (const child of running.values()) child.kill(signal)
      setTimeout(() => {
        for (const child of running.values()) child.kill('SIGKILL')
      }, STOP_PATIENCE_MS).unref()
    }

    const ended = (name, child, code, restarts, startedAt) => {
      running.delete(name)
      if (!isStopping && GIVE_UP.has(code) && Date.now() - startedAt < HEALTHY_AFTER_MS) {
        exitCode = code
        stop('SIGTERM')
      }
      if (isStopping) {
        if (running.size === 0) resolve(exitCode)
        return
      }
      const failures = Date.now() - startedAt > HEALTHY_AFTER_MS ? 0 : restarts
      const delayMs = RESTART_DELAYS_MS[Math.min(failures, RESTART_DELAYS_MS.length - 1)]
      console.error(`weir: ${name} ended (${child.signalCode ?? `code ${code}`}), starting it again in ${delayMs} ms`)
      setTimeout(() => {
        if (!isStopping) start(name, failures + 1)
        else if (running.size === 0) resolve(exitCode)
      }, delayMs)
    }

    const start = (name, restarts) => {
      const startedAt = Date.now()
      // One thread for what the engine does beside the program: four compete with the answers for a small machine's cores.
      const child = spawn(node, [...engineFlags, join(root, 'apps', name, 'dist', 'main.js')], {
        cwd: root,
        // The channel's end tells the child when this process is gone, however that happened.
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        env: childEnvironment(),
      })
      running.set(name, child)
      child.on('exit', (code) => ended(name, child, code, restarts, startedAt))
    }

    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop('SIGTERM'))
    whenNpmIsGone(() => stop('SIGTERM'))
    start('resolver', 0)
    start('api', 0)
  })
}

const PARENT_CHECK_MS = 300

/** npm passes SIGTERM to its shell only, which dies without telling us: a new parent is the sign. */
function whenNpmIsGone(stop) {
  if (process.env['npm_lifecycle_event'] === undefined) return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) stop()
  }, PARENT_CHECK_MS).unref()
}
