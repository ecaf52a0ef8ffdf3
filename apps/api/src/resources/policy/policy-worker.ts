/** Thread that parses a long policy: the API goes on answering meanwhile. */
import { parentPort, workerData } from 'node:worker_threads'
import { parsePolicy } from './parse-policy.ts'

parentPort?.postMessage(parsePolicy(workerData as string))
