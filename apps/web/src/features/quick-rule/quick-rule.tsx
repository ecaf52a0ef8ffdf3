/** Block or allow a name from where it is seen: how wide, for whom, how long; one press, taken back within ten seconds. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { mayAs, meQuery } from '../../lib/api/me.ts'
import { useEndOverride, useStartOverride } from '../../lib/api/overrides.ts'
import { useCreateRule } from '../../lib/api/save-rule.ts'
import { useUndo } from '../../lib/api/undo.ts'
import { messageOf } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { SelectInput } from '../../ui/field.tsx'
import { OutcomeShape } from '../../ui/outcome-mark.tsx'
import { useToast } from '../../ui/toast.tsx'
import { type GroupOfClient, holdingChoices, overrideOf, ruleOf } from './holds-for.ts'
import { nameScopes, shortLabel } from './name-scopes.ts'
import styles from './quick-rule.module.css'

interface QuickRuleProps {
  readonly name: string
  /** Who asked for it; null: nobody in particular. */
  readonly client: string | null
  /** Of the client, where it is known and not the one of everyone. */
  readonly group?: GroupOfClient | null
}

export function QuickRule({ name, client, group = null }: QuickRuleProps) {
  const scopes = nameScopes(name)
  const holdings = holdingChoices(client, group)
  const [choice, setChoice] = useState('1')
  const [holding, setHolding] = useState('0')
  const { data: me } = useQuery(meQuery)
  const create = useCreateRule()
  const undo = useUndo()
  const start = useStartOverride()
  const end = useEndOverride()
  const toast = useToast()
  const scope = scopes[Number(choice)] ?? scopes[0]!
  const holdsFor = holdings[Number(holding)] ?? holdings[0]!
  const done = (action: 'block' | 'allow', what: string, isApplied: boolean, undo: () => Promise<unknown>) =>
    toast({
      message: `${action === 'block' ? 'Blocked' : 'Allowed'}: ${what}${isApplied ? '' : ' (saved; the resolver takes it when it is back)'}`,
      undo,
    })
  const onError = (error: unknown) => toast({ message: `Nothing changed: ${messageOf(error)}`, isError: true })
  const act = (action: 'block' | 'allow') => {
    const { minutes } = holdsFor
    if (minutes === null)
      create.mutate(ruleOf(action, scope, holdsFor), {
        onSuccess: (rule) =>
          done(action, `${scope.label}, for ${holdsFor.label}`, rule.applied, () => undo.revision(rule.revision)),
        onError,
      })
    else
      start.mutate(overrideOf(action, scope, { ...holdsFor, minutes }), {
        onSuccess: ({ id, applied }) =>
          done(action, `${scope.pattern} for ${holdsFor.label}`, applied, () => end.mutateAsync(id)),
        onError,
      })
  }
  const isBusy = create.isPending || start.isPending
  if (!mayAs(me?.role, 'operator')) return null
  return (
    <div className={styles.quick}>
      <SelectInput
        label="Make a rule for"
        value={choice}
        onChange={setChoice}
        options={scopes.map((option, index) => [String(index), shortLabel(option)] as const)}
        help={<span className={styles.whole}>{scope.label}</span>}
      />
      <SelectInput
        label="For"
        value={holding}
        onChange={setHolding}
        options={holdings.map((option, index) => [String(index), option.label] as const)}
        {...(holdsFor.minutes !== null && {
          help: 'A timed override: above all rules, for everything below the name too.',
        })}
      />
      <div className={styles.buttons}>
        <Button icon={<OutcomeShape family="blocked" />} onClick={() => act('block')} disabled={isBusy}>
          Block
        </Button>
        <Button icon={<OutcomeShape family="cached" />} onClick={() => act('allow')} disabled={isBusy}>
          Allow
        </Button>
        <Link to="/rules" search={{ edit: 0, pattern: scope.pattern }} className={styles.more}>
          More choices
        </Link>
      </div>
    </div>
  )
}
