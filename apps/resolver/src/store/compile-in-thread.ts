/** Runs the compiler in a thread of its own, which ends with the index: its heap does not stay. */
import { Worker } from 'node:worker_threads'
import { fail, ok, type Result } from '@weir/shared/result'
import type { CompiledIndex } from '../rules/policy-data.ts'
import type { CompileRequest, FromCompiler } from './compile-messages.ts'

const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './compile-worker.ts' : './compile-worker.js', import.meta.url)

/** @param onProgress names added so far, and in all @returns the index, or why there is none */
export function compileInThread(
  request: CompileRequest,
  onProgress: (namesDone: number, namesTotal: number) => void,
): Promise<Result<CompiledIndex, string>> {
  return new Promise((resolve) => {
    const worker = new Worker(ENTRY, { workerData: request })
    worker.on('message', (message: FromCompiler) => {
      if (message.kind === 'progress') onProgress(message.namesDone, message.namesTotal)
      else if (message.kind === 'failed') resolve(fail(message.detail))
      else resolve(ok(message.index))
    })
    worker.on('error', (error) => resolve(fail(String(error))))
    worker.on('exit', () => resolve(fail('the compiler ended without a word')))
  })
}
