/** A thread that tells how its priority was when its modules were loaded. */
import { getPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'

parentPort!.postMessage({ priority: getPriority(), workerData })
