/** `weir policy export | plan | apply`: docs/policy.md. */
import { writeFileSync } from 'node:fs'
import type { PolicyApplied, PolicyPlan } from '@weir/shared/contract/policy'
import { Refused, request } from './client.ts'
import type { Options } from './options.ts'
import { CommandError, type Terminal } from './terminal.ts'

export const EXIT = { Done: 0, Refused: 1, HasChanges: 2 } as const

export async function exportPolicy({ connection, output }: Options, terminal: Terminal): Promise<number> {
  const text = await request(connection, 'GET', '/policy')
  if (output === undefined) terminal.out(text)
  else writeFileSync(output, text)
  return EXIT.Done
}

export async function planPolicy(options: Options, terminal: Terminal): Promise<number> {
  const { file, text } = readFile(options, terminal)
  const plan = await planOf(options, terminal, file, text)
  if (plan === undefined) return EXIT.Refused
  terminal.out(options.json ? `${JSON.stringify(plan, null, 2)}\n` : planText(plan))
  return countOf(plan) === 0 ? EXIT.Done : EXIT.HasChanges
}

/** Shows the plan, asks, and puts in place what was shown: another's change in between refuses it. */
export async function applyPolicy(options: Options, terminal: Terminal): Promise<number> {
  const { file, text } = readFile(options, terminal)
  const plan = await planOf(options, terminal, file, text)
  if (plan === undefined) return EXIT.Refused
  if (!options.json) terminal.out(planText(plan))
  if (countOf(plan) === 0 || options.dryRun) return finish(options, terminal, plan)
  if (!options.yes && !(await isWanted(terminal, options, file))) {
    terminal.err('Nothing was changed.\n')
    return EXIT.Refused
  }
  const { connection, comment } = options
  const body = { text, expectRevision: plan.revision }
  const reply = await request(connection, 'POST', '/policy/apply', { body, comment }).catch((error: unknown) =>
    told(error, terminal, file),
  )
  if (reply === undefined) return EXIT.Refused
  const applied = JSON.parse(reply) as PolicyApplied
  if (options.json) terminal.out(`${JSON.stringify(applied, null, 2)}\n`)
  else
    terminal.out(
      `Applied as revision ${applied.revision}${applied.applied ? '' : '; the resolver takes it when it is back'}.\n`,
    )
  return EXIT.Done
}

function finish({ json }: Options, terminal: Terminal, plan: PolicyPlan): number {
  if (json) terminal.out(`${JSON.stringify(plan, null, 2)}\n`)
  return EXIT.Done
}

async function isWanted({ ask }: Terminal, { files }: Options, file: string): Promise<boolean> {
  if (ask === undefined || files[0] === '-')
    throw new CommandError('nobody is there to be asked: add --yes to apply, or use weir policy plan')
  return /^y(es)?$/i.test((await ask(`Apply ${file}? [y/N] `)).trim())
}

function readFile({ files }: Options, terminal: Terminal): { file: string; text: string } {
  const [file, ...more] = files
  if (file === undefined || more.length > 0) throw new CommandError("give one file, or '-' for the standard input")
  return { file: file === '-' ? 'stdin' : file, text: terminal.read(file) }
}

/** Undefined: it was refused, and said why. */
async function planOf(
  { connection, expectRevision }: Options,
  terminal: Terminal,
  file: string,
  text: string,
): Promise<PolicyPlan | undefined> {
  const body = { text, ...(expectRevision === undefined ? {} : { expectRevision }) }
  const reply = await request(connection, 'POST', '/policy/plan', { body }).catch((error: unknown) =>
    told(error, terminal, file),
  )
  return reply === undefined ? undefined : (JSON.parse(reply) as PolicyPlan)
}

/** Faults of a file as compilers tell them: `policy.yaml:12: there is no group 'Kids' (rules[3].groups)`. */
function told(error: unknown, terminal: Terminal, file: string): undefined {
  if (!(error instanceof Refused) || error.problem.errors === undefined) throw error
  for (const { field, message } of error.problem.errors) {
    const [, line = '1', what = message] = /^line (\d+): (.*)$/s.exec(message) ?? []
    terminal.err(`${file}:${line}: ${what}${field === 'text' ? '' : ` (${field})`}\n`)
  }
  return undefined
}

const MARKS = { create: '+', import: '+', update: '~', delete: '-' } as const

const countOf = (plan: PolicyPlan): number => plan.create + plan.update + plan.delete

function planText(plan: PolicyPlan): string {
  if (countOf(plan) === 0) return 'Nothing to change.\n'
  const steps = plan.steps.map(
    ({ operation, entity, title, words }) =>
      `${MARKS[operation]} ${entity}: ${title.startsWith(`${entity} `) ? title.slice(entity.length + 1) : title}\n${words.map((line) => `    ${line}\n`).join('')}`,
  )
  const rest = countOf(plan) - plan.steps.length
  const more = rest > 0 ? `… and ${rest} more\n` : ''
  return `${steps.join('')}${more}\nPlan: ${plan.create} to create, ${plan.update} to change, ${plan.delete} to delete (at revision ${plan.revision}).\n`
}
