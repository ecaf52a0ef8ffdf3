#!/usr/bin/env node
/** `weir`: compiles the command where it is not yet, then runs it on a Node that is new enough. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nodePath, root, run, SetUpError } from './lib/set-up.mjs'

const main = join(root, 'apps', 'cli', 'dist', 'main.js')

function compile() {
  const tsc = join(root, 'node_modules', 'typescript7', 'bin', 'tsc')
  if (!existsSync(tsc))
    throw new SetUpError('weir: the packages are not installed: npm ci, or npm start, installs them')
  // What the compiler says must not end up in a file that an export is written to.
  const options = { stdio: ['ignore', 2, 2] }
  if (run(nodePath(), [tsc, '-b', 'packages/shared', 'apps/cli'], options) !== 0)
    throw new SetUpError('weir: the command could not be compiled: the compiler says why above')
}

try {
  if (!existsSync(main)) compile()
  const { status } = spawnSync(nodePath(), [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exitCode = status ?? 1
} catch (error) {
  if (!(error instanceof SetUpError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
