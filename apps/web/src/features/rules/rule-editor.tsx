/** One rule in the side drawer: new or present. Checked while it is typed, saved in one press, undone in one. */
import { useQuery } from '@tanstack/react-query'
import { type HitCount, RECENT_HIT_DAYS } from '@weir/shared/contract/hits'
import type { ListedRule } from '@weir/shared/contract/listed-rules'
import type { RuleInput } from '@weir/shared/contract/rules'
import { useMemo, useState } from 'react'
import { useDeleteRule } from '../../lib/api/save-rule.ts'
import { useUndo } from '../../lib/api/undo.ts'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { formatCount, plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { ShadowPanel } from '../../ui/shadow-panel.tsx'
import { SimulatedEffect } from '../../ui/simulated-effect.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useSaveRule } from './change-rules.ts'
import { ruleQuery } from './get-rules.ts'
import { checkDraft, draftOf, emptyDraft, inputOf, type RuleDraft } from './rule-draft.ts'
import { RuleEffect } from './rule-effect.tsx'
import { RuleForm } from './rule-form.tsx'
import { readDraft } from './rule-line.ts'
import styles from './rules.module.css'

interface RuleEditorProps {
  /** undefined: closed; 0: a new rule. */
  readonly id: number | undefined
  readonly pattern: string | undefined
  readonly onClose: () => void
}

export function RuleEditor({ id, pattern, onClose }: RuleEditorProps) {
  const rule = useQuery(ruleQuery(id ?? 0))
  if (id === undefined) return null
  if (id === 0) return <Editor key={`new ${pattern ?? ''}`} rule={null} draft={emptyDraft(pattern)} onClose={onClose} />
  if (rule.data) return <Editor key={id} rule={rule.data} draft={draftOf(rule.data)} onClose={onClose} />
  return (
    <Drawer isOpen onClose={onClose} title={`Rule ${id}`}>
      {rule.error ? (
        <ErrorState what="This rule cannot be shown" error={rule.error} onRetry={() => void rule.refetch()} />
      ) : (
        <Skeleton rows={8} height={32} />
      )}
    </Drawer>
  )
}

interface EditorProps {
  readonly rule: ListedRule | null
  readonly draft: RuleDraft
  readonly onClose: () => void
}

function Editor({ rule, draft: initial, onClose }: EditorProps) {
  const [draft, setDraft] = useState(initial)
  const acts = useRuleActs(rule, onClose)
  const { draft: meant, fault } = useMemo(() => readDraft(draft), [draft])
  const check = checkDraft(meant)
  const refused = acts.error instanceof ApiError ? acts.error.fieldErrors : {}
  const hasFieldErrors = Object.keys(refused).length > 0
  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={rule ? `Rule ${rule.id}` : 'New rule'}
      footer={
        <>
          {rule && (
            <Button variant="danger" className={styles.spread} onClick={acts.remove} isBusy={acts.isRemoving}>
              Delete
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="strong"
            onClick={() => acts.save(inputOf(meant))}
            disabled={check.summary === null}
            isBusy={acts.isSaving}
          >
            Save
          </Button>
        </>
      }
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (check.summary !== null) acts.save(inputOf(meant))
        }}
      >
        {rule?.hits && !rule.shadow && <RuleHits hits={rule.hits} />}
        {rule?.shadow && rule.enabled && (
          <ShadowPanel
            subject={{ rule: rule.id }}
            onAct={() => acts.save({ ...inputOf(draftOf(rule)), shadow: false })}
            isBusy={acts.isSaving}
          />
        )}
        <RuleForm
          draft={draft}
          errors={{ ...refused, ...check.errors, ...(fault !== undefined && { pattern: fault }) }}
          onChange={(patch) => {
            acts.reset()
            setDraft({ ...draft, ...patch })
          }}
          onPatternLeft={() => setDraft(meant)}
        />
        {acts.error && !hasFieldErrors && <ErrorState isAtEnd what="Not saved" error={acts.error} />}
        <RuleEffect id={rule?.id ?? 0} draft={meant} summary={check.summary} />
        <SimulatedEffect
          changes={
            // As if it acted: what else would there be to tell?
            check.summary === null
              ? null
              : [{ kind: 'rule', ...(rule && { id: rule.id }), rule: { ...inputOf(meant), shadow: false } }]
          }
        />
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Drawer>
  )
}

function RuleHits({ hits }: { readonly hits: HitCount }) {
  if (hits.lastHitAt === null) return <p className={styles.quiet}>It has decided no query yet.</p>
  return (
    <p className={styles.quiet}>
      Decided {plural(hits.today, 'query', 'queries')} today and {formatCount(hits.recent)} in {RECENT_HIT_DAYS} days;
      last <TimeAgo at={hits.lastHitAt} />.
    </p>
  )
}

function useRuleActs(rule: ListedRule | null, onClose: () => void) {
  // Read anew meanwhile, it would pass for what this form was made from.
  const [base] = useState(rule)
  const save = useSaveRule()
  const remove = useDeleteRule()
  const undo = useUndo()
  const toast = useToast()
  const fail = (error: unknown) => toast({ message: `Not done: ${messageOf(error)}`, isError: true })
  return {
    error: save.error,
    isSaving: save.isPending,
    isRemoving: remove.isPending,
    reset: () => save.reset(),
    save: (input: RuleInput) =>
      save.mutate(
        { id: rule?.id ?? 0, input, base, onTheirs: onClose },
        {
          onSuccess: (saved) => {
            onClose()
            toast({
              message: saved.applied
                ? `Saved and in effect: ${saved.pattern}`
                : `Saved: ${saved.pattern}. The resolver takes it when it is back`,
              undo: () => undo.revision(saved.revision),
            })
          },
        },
      ),
    remove: () =>
      rule &&
      remove.mutate(base ?? rule, {
        onError: fail,
        onSuccess: ({ revision }) => {
          onClose()
          toast({ message: `Deleted: ${rule.pattern}`, undo: () => undo.revision(revision) })
        },
      }),
  }
}
