'use client'
// The figure of the lesson identity: a rule in each of three tiers, and which of them decides about a call.
import { useLocale } from '../texts/locale-context.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'
import { adminChoices, baselineChoices, decide, policyChoices, type TierRow, type TierSettings, tiers } from './tiers.ts'
import { tiersWords } from './tiers-words.ts'
import { useSettings } from './use-settings.ts'

const start: TierSettings = { admin: 'none', policy: 'db-access', baseline: 'none' }

export function TiersFigure() {
  const [settings, change] = useSettings(start)
  const words = tiersWords[useLocale()]
  const colour = ({ allowed }: TierRow) => (allowed ? 'pass' : 'drop')

  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="field-rows">
          <Field
            label={words.tiers.admin}
            choices={adminChoices}
            words={words.admin}
            value={settings.admin}
            set={(admin) => change({ admin })}
          />
          <Field
            label={words.tiers.policy}
            choices={policyChoices}
            words={words.policy}
            value={settings.policy}
            set={(policy) => change({ policy })}
          />
          <Field
            label={words.tiers.baseline}
            choices={baselineChoices}
            words={words.baseline}
            value={settings.baseline}
            set={(baseline) => change({ baseline })}
          />
        </div>
        <div aria-live="polite">
          <FigureTable caption={words.table} columns={[words.caller, ...tiers.map((tier) => words.tiers[tier]), words.result]}>
            {decide(settings).map((row) => (
              <tr key={row.caller}>
                <td>
                  <code>{row.caller}</code>
                </td>
                {tiers.map((tier) => (
                  <td key={tier} className={row.decidedBy === tier ? colour(row) : undefined}>
                    {words.answers[row.answers[tier]]}
                  </td>
                ))}
                <td className={colour(row)}>{row.decidedBy === undefined ? words.nobody : row.allowed ? words.in : words.out}</td>
              </tr>
            ))}
          </FigureTable>
        </div>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}

interface FieldProps<T extends string> {
  label: string
  choices: readonly T[]
  words: Record<T, string>
  value: T
  set(value: T): void
}

function Field<T extends string>({ label, choices, words, value, set }: FieldProps<T>) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(e) => set(choices.find((choice) => choice === e.target.value) ?? value)}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {words[choice]}
          </option>
        ))}
      </select>
    </label>
  )
}
