/** Entry of the compiler's thread: where queries are answered already, it steps behind before it loads what it needs. */
import { workerData } from 'node:worker_threads'
import { stepBehindAnswers } from '@weir/shared/thread-priority'
import type { CompileJob } from './compile-messages.ts'

const { request, stepsBehind } = workerData as CompileJob
if (stepsBehind) stepBehindAnswers()
const { runCompiler } = await import('./run-compiler.ts')
runCompiler(request)
