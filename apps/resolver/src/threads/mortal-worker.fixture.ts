/**
 * A query worker without sockets: confirms changes, and dies of one whose upstreams name it. Where there is nothing to listen on
 * it says that it cannot start, and goes on holding what it has.
 */
import { parentPort } from 'node:worker_threads'
import type { FromWorker, ToWorker } from './worker-messages.ts'

const port = parentPort!
const post = (message: FromWorker): void => port.postMessage(message)
let name = ''

port.on('message', (message: ToWorker) => {
  if (message.kind === 'start') {
    name = `worker ${message.start.workerIndex}`
    if (message.start.listen.length === 0) post({ kind: 'failed', detail: 'nothing to listen on' })
    else post({ kind: 'ready', listeners: [], endpoints: message.start.listen })
  } else if (message.kind === 'stop') port.close()
  else if (message.kind === 'look-up') post({ kind: 'looked-up', ticket: message.ticket, name: message.reverse })
  else if (message.kind === 'collect-garbage') return
  else if (message.change.upstreams?.includes(name)) throw new Error('dies as it was told')
  else post({ kind: 'applied', ticket: message.ticket, isApplied: true })
})
