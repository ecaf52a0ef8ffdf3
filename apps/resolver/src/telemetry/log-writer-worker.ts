/** Entry of the log writer's thread: flushes on a timer, answers requests of the main thread. */
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '@weir/shared/clock'
import { stepBehindAnswers } from '@weir/shared/thread-priority'
import { LogWriter, type LogWriterOptions } from './log-writer.ts'
import type { LogWriterReport, LogWriterRequest } from './log-writer-messages.ts'

/** How long records wait; a kill loses this much of the log at most. */
const FLUSH_EVERY_MS = 250
/** While records wait the writer works at most this share of the time, so that queries keep the rest of a single core. */
const BUSY_SHARE = 0.5
/** The same while it is behind: counters are exact without it, and a sample is as fair when it is smaller. */
const BEHIND_SHARE = 0.02
/** Of a round that had to wait for the disk: the rest of the ring is not to wait as many times longer. */
const MAX_PAUSE_MS = 2000
const REPORT_EVERY_MS = 1000

const port = parentPort
if (!port) throw new Error('the log writer runs in a worker thread')
stepBehindAnswers()

const writer = new LogWriter(workerData as LogWriterOptions, systemClock)
const report = (message: LogWriterReport): void => port.postMessage(message)
let reportedAtMs = 0

function flush(): void {
  const startMs = performance.now()
  const hasMore = writer.flush()
  const nowMs = performance.now()
  const tail = writer.takeTail()
  if (tail) report({ kind: 'tail', tail })
  if (nowMs - reportedAtMs >= REPORT_EVERY_MS) {
    reportedAtMs = nowMs
    report({ kind: 'status', status: writer.status })
  }
  const share = writer.isBehind ? BEHIND_SHARE : BUSY_SHARE
  const pauseMs = (nowMs - startMs) * (1 / share - 1)
  timer = setTimeout(flush, writer.isBehind || hasMore ? Math.min(pauseMs, MAX_PAUSE_MS) : FLUSH_EVERY_MS)
}

port.on('message', (request: LogWriterRequest) => {
  if (request.kind === 'configure') writer.configure(request.settings, request.tuning)
  else if (request.kind === 'upstreams') writer.setUpstreams(request.addresses)
  else if (request.kind === 'effect') writer.noteEffect(request.effect)
  else if (request.kind === 'tail') writer.tail.isWanted = request.isWanted
  else if (request.kind === 'checkpoint')
    report({ kind: 'reply', id: request.id, reply: writer.checkpoint(request.mode) })
  else if (request.kind === 'clear') report({ kind: 'reply', id: request.id, reply: writer.clear() })
  else {
    clearTimeout(timer)
    writer.stop()
    report({ kind: 'status', status: writer.status })
    report({ kind: 'reply', id: request.id, reply: true })
    port.close()
  }
})

let timer = setTimeout(flush, 0)
