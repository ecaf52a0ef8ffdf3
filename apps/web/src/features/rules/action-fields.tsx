/** The fields that belong to one action only. */
import type { BlockAnswerKind } from '@weir/shared/contract/block-answer'
import { SelectInput, TextArea, TextInput } from '../../ui/field.tsx'
import { Switch } from '../../ui/toggle.tsx'
import { type Allowance, blockMayYield } from './rule-draft.ts'
import type { RuleFormProps } from './rule-form-props.ts'
import { ANSWER_LABELS } from './rule-words.ts'
import styles from './rules.module.css'

export function ActionFields(props: RuleFormProps) {
  const { draft, onChange, errors } = props
  switch (draft.action) {
    case 'block':
      return <BlockFields {...props} />
    case 'allow':
      return <AllowFields {...props} />
    case 'forward':
      return (
        <TextArea
          label="Servers, one a line, asked in this order"
          isMono
          rows={3}
          placeholder={'192.0.2.53\n[2001:db8::1]:5300\ntls://dns.example.net'}
          help="# alone stands for the usual upstreams."
          value={draft.servers}
          onChange={(servers) => onChange({ servers })}
          error={draft.servers === '' ? undefined : errors['servers']}
        />
      )
    case 'alias':
      return (
        <TextInput
          label="Target name"
          isMono
          placeholder="new.example.org"
          help={draft.match !== 'exact' ? 'Labels below stay: a.old.example becomes a.new.example.' : undefined}
          value={draft.target}
          onChange={(target) => onChange({ target })}
          error={draft.target === '' ? undefined : errors['target']}
        />
      )
    case 'rewrite':
      return draft.match === 'address' ? (
        <TextInput
          label="Replace by: an address, or a prefix of the same length"
          isMono
          placeholder="192.0.2.0/24"
          value={draft.target}
          onChange={(target) => onChange({ target })}
          error={draft.target === '' ? undefined : errors['target']}
        />
      ) : (
        <LocalAnswerFields {...props} />
      )
  }
}

const ALLOWANCES: readonly (readonly [Allowance, string])[] = [
  ['', 'Let them through'],
  ['tcp', 'Let them through over TCP, TLS and HTTPS only'],
  ['rewrite', 'Exempt them from rewrites above blocks'],
]

function AllowFields({ draft, onChange, errors }: RuleFormProps) {
  const exempts = draft.match !== 'address' && draft.allowance === 'rewrite'
  return (
    <>
      {draft.match !== 'address' && (
        <SelectInput
          label="Effect"
          value={draft.allowance}
          onChange={(allowance) => onChange({ allowance })}
          options={ALLOWANCES}
          error={errors['tcpOnly']}
        />
      )}
      {!exempts && (
        <Switch
          label="Yields to what is more specific"
          help="A block rule for a longer name stands above it, as in the zones of dnsmasq, Unbound and RPZ."
          checked={draft.yields}
          onChange={(yields) => onChange({ yields })}
        />
      )}
      {exempts && (
        <TextInput
          label="Only from those that answer this; empty means from all"
          isMono
          placeholder="192.0.2.80"
          value={draft.exceptRewrite}
          onChange={(exceptRewrite) => onChange({ exceptRewrite })}
          error={errors['exceptRewrite']}
        />
      )}
    </>
  )
}

const RCODES: readonly (readonly [string, string])[] = [
  ['', 'Addresses and other records'],
  ['NOERROR', 'NODATA: no such record'],
  ['NXDOMAIN', 'NXDOMAIN: the name does not exist'],
  ['REFUSED', 'REFUSED'],
  ['SERVFAIL', 'SERVFAIL'],
]

function LocalAnswerFields(props: RuleFormProps) {
  const { draft, onChange, errors } = props
  const isListed = RCODES.some(([rcode]) => rcode === draft.rcode)
  return (
    <>
      <SelectInput
        label="Answer with"
        value={draft.rcode}
        onChange={(rcode) => onChange({ rcode })}
        options={isListed ? RCODES : [...RCODES, [draft.rcode, draft.rcode]]}
        error={errors['rcode']}
      />
      {draft.rcode === '' && (
        <>
          <AddressFields {...props} />
          <TextArea
            label="Other records, one a line"
            isMono
            rows={2}
            placeholder={'MX 10 mail.example.org.\nHTTPS 1 . alpn=h3'}
            value={draft.records}
            onChange={(records) => onChange({ records })}
            error={errors['records']}
          />
        </>
      )}
      <Switch
        label="Above blocks"
        help="Answers even where a rule or list blocks the name, as $dnsrewrite does."
        checked={draft.overridesBlock}
        onChange={(overridesBlock) => onChange({ overridesBlock })}
      />
    </>
  )
}

function BlockFields(props: RuleFormProps) {
  const { draft, onChange, errors } = props
  return (
    <>
      <SelectInput
        label="Answer"
        value={draft.answerKind}
        onChange={(answerKind) => onChange({ answerKind })}
        options={[['', 'As set for all blocks'], ...(Object.entries(ANSWER_LABELS) as [BlockAnswerKind, string][])]}
        error={errors['answer'] ?? errors['answer.kind']}
      />
      {blockMayYield(draft) && (
        <Switch
          label="Yields to what is more specific"
          help="A local answer, an alias or a forward rule for a longer name stands above it, as in the zones of dnsmasq, Unbound and RPZ."
          checked={draft.yields}
          onChange={(yields) => onChange({ yields })}
        />
      )}
      {draft.answerKind === 'addresses' && (
        <>
          <AddressFields {...props} prefix="answer." />
          <div className={styles.pair}>
            <TextInput
              label="TXT, if wanted"
              value={draft.txt}
              onChange={(txt) => onChange({ txt })}
              error={errors['answer.txt']}
            />
            <TextInput
              label="MX, if wanted"
              isMono
              placeholder="10 mail.example.org"
              value={draft.mx}
              onChange={(mx) => onChange({ mx })}
              error={errors['answer.mx']}
            />
          </div>
        </>
      )}
    </>
  )
}

function AddressFields({ draft, onChange, errors, prefix = '' }: RuleFormProps & { readonly prefix?: string }) {
  return (
    <div className={styles.pair}>
      <TextArea
        label="IPv4 addresses"
        isMono
        rows={2}
        placeholder="192.0.2.80"
        value={draft.ipv4}
        onChange={(ipv4) => onChange({ ipv4 })}
        error={errors[`${prefix}ipv4`]}
      />
      <TextArea
        label="IPv6 addresses"
        isMono
        rows={2}
        placeholder="2001:db8::80"
        value={draft.ipv6}
        onChange={(ipv6) => onChange({ ipv6 })}
        error={errors[`${prefix}ipv6`]}
      />
    </div>
  )
}
