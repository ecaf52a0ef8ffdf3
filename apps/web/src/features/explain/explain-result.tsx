/** The answer to "Why?": the decision in a sentence, then every step to it, who matched, and why the others lost. */
import { Link } from '@tanstack/react-router'
import type { Explanation, TraceStep } from '@weir/shared/contract/explain'
import type { ReactNode } from 'react'
import { OutcomeShape } from '../../ui/outcome-mark.tsx'
import styles from './explain.module.css'
import {
  decidedBy,
  decisionVerb,
  FAMILY_OF_DECISION,
  isPaused,
  OUTCOME_WORDS,
  stepLabel,
  withLocalTimes,
} from './explain-words.ts'
import { PolicyOfThen } from './policy-of-then.tsx'

interface ExplainResultProps {
  readonly explanation: Explanation
  /** Block and allow, which another feature brings. */
  readonly actions: ReactNode
}

export function ExplainResult({ explanation, actions }: ExplainResultProps) {
  const { decision } = explanation
  const family = FAMILY_OF_DECISION[decision.action]
  return (
    <div className={styles.result}>
      <section className={styles.verdict} data-family={family} aria-label="Decision">
        <p className={styles.sentence}>
          <OutcomeShape family={family} />
          <span>
            <strong data-family={family}>{isPaused(explanation) ? 'Not filtered' : decisionVerb(decision)}</strong>{' '}
            {isPaused(explanation) ? 'while filtering is paused' : decidedBy(decision)}
          </span>
        </p>
        <p className={styles.name}>{explanation.name}</p>
        <dl className={styles.facts}>
          <Fact label="Answer">{decision.answer || 'as the upstream says'}</Fact>
          {decision.ruleSet && (
            <Fact label={decision.ruleSet.kind === 'service' ? 'Service' : 'Safe search'}>
              <Link to="/services" search={{ open: decision.ruleSet.id }} className={styles.door}>
                {decision.ruleSet.name}
              </Link>
            </Fact>
          )}
          {decision.rule && (
            <Fact label="Rule">
              {decision.rule.id === null ? (
                <code>{decision.rule.text}</code>
              ) : (
                <RuleLink id={decision.rule.id} text={decision.rule.text} />
              )}
            </Fact>
          )}
          {decision.list && (
            <Fact label="List">
              <Link to="/lists" search={{ open: decision.list.id }} className={styles.door}>
                {decision.list.name}
              </Link>
            </Fact>
          )}
          {decision.finalName !== explanation.name && <Fact label="Ends at">{decision.finalName}</Fact>}
          <Fact label="Group">
            <Link
              to="/groups"
              search={explanation.groupId === null ? {} : { open: explanation.groupId }}
              className={styles.door}
            >
              {explanation.group}
            </Link>
          </Fact>
        </dl>
        <PolicyOfThen explanation={explanation} />
        {actions}
      </section>
      <section aria-label="The way to it">
        <h2 className={styles.heading}>The way to it</h2>
        <ol className={styles.trace}>
          {explanation.trace.map((step) => (
            <Step key={`${step.step} ${step.detail}`} step={step} />
          ))}
        </ol>
      </section>
    </div>
  )
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const RuleLink = ({ id, text }: { readonly id: number; readonly text: string }) => (
  <Link to="/rules" search={{ edit: id }} className={`mono ${styles.door}`}>
    {text}
  </Link>
)

function Step({ step }: { readonly step: TraceStep }) {
  return (
    <li className={styles.step} data-outcome={step.outcome}>
      <p className={styles.stepHead}>
        <span className={styles.stepName}>{stepLabel(step)}</span>
        {step.step !== 'answer' && <span className={styles.outcome}>{OUTCOME_WORDS[step.outcome]}</span>}
      </p>
      <p className={styles.detail}>{withLocalTimes(step.detail, Date.now())}</p>
      {step.matches.length > 0 && (
        <ul className={styles.matches}>
          {step.matches.map((match) => (
            <li
              key={`${match.action} ${match.pattern} ${match.ruleId} ${match.listId} ${match.ruleSet?.id}`}
              data-won={match.won || undefined}
            >
              <span className={styles.won}>{step.step === 'shadow' ? 'on trial' : match.won ? 'won' : 'lost'}</span>
              <span className={styles.matchText}>
                {match.action}{' '}
                {match.ruleId === null ? (
                  <code>{match.pattern}</code>
                ) : (
                  <RuleLink id={match.ruleId} text={match.pattern} />
                )}
                {match.listName !== null && ` in ${match.listName}`}
                {match.line !== null && `, line ${match.line}`}
                {match.ruleSet !== null && ` in ${match.ruleSet.name}`}
              </span>
              <span className={styles.why}>{match.why}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
