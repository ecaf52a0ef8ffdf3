/** Runs the compiler in a thread of its own, which ends when the index is there and saved: its heap does not stay. */
import { Worker } from 'node:worker_threads'
import { fail, ok, type Result } from '@weir/shared/result'
import type { CompiledIndex } from '../rules/policy-data.ts'
import type { CompileJob, CompileRequest, FromCompiler } from './compile-messages.ts'

const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './compile-worker.ts' : './compile-worker.js', import.meta.url)
/** What the thread makes beside the index, which is shared memory, is soon gone; V8 would let it grow to 48 MB. */
const HEAP_LIMITS = { maxYoungGenerationSizeMb: 6 }
const SAVE_PATIENCE_MS = 5000

export interface IndexCompilerOptions {
  /** Whether queries are answered meanwhile, which then go first. */
  isAnswering(): boolean
  /** @param namesDone added so far @param namesTotal in all */
  onProgress(request: CompileRequest, namesDone: number, namesTotal: number): void
  /** There is a copy of it for the next start. */
  onSaved(index: CompiledIndex): void
  /** The index is in use, but there will be no copy of it at the next start. */
  onSaveFault(detail: string): void
  /** The thread is gone, and what it held may be given back. */
  onEnd(): void
}

export class IndexCompiler {
  readonly #options: IndexCompilerOptions
  /** Until the thread of before has saved its index and ended: two must not write the same file. */
  #ended: Promise<void> = Promise.resolve()

  constructor(options: IndexCompilerOptions) {
    this.#options = options
  }

  /** Resolves when no index is being made or saved, or has taken too long: a stop waits, or the next start would compile. */
  async settle(patienceMs = SAVE_PATIENCE_MS): Promise<void> {
    const patience = Promise.withResolvers<void>()
    const timer = setTimeout(patience.resolve, patienceMs)
    await Promise.race([this.#ended, patience.promise])
    clearTimeout(timer)
  }

  /** @returns the index, or why there is none */
  async compile(request: CompileRequest): Promise<Result<CompiledIndex, string>> {
    await this.#ended
    const job: CompileJob = { request, stepsBehind: this.#options.isAnswering() }
    const worker = new Worker(ENTRY, { workerData: job, name: 'compiler', resourceLimits: HEAP_LIMITS })
    this.#ended = new Promise<void>((resolve) => worker.once('exit', () => resolve())).then(() => this.#options.onEnd())
    let index: CompiledIndex | undefined
    return new Promise((resolve) => {
      worker.on('message', (message: FromCompiler) => {
        if (message.kind === 'progress') this.#options.onProgress(request, message.namesDone, message.namesTotal)
        else if (message.kind === 'failed') resolve(fail(message.detail))
        else if (message.kind === 'done') {
          index = message.index
          resolve(ok(index))
        } else if (message.fault !== null) this.#options.onSaveFault(message.fault)
        else if (index) this.#options.onSaved(index)
      })
      worker.on('error', (error) => resolve(fail(String(error))))
      worker.on('exit', () => resolve(fail('the compiler ended without a word')))
    })
  }
}
