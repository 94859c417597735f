// The proof matrix: labs down, runtimes across, in each cell what the last proof found. On the instructors' page.

import type { Locale } from '../../labs/spec/names.ts'
import { runtimeNames } from '../../labs/spec/names.ts'
import { sealIcons } from '../catalogue/seal-icons.ts'
import { Level } from '../shell/level.tsx'
import { Inline } from '../shell/prose.tsx'
import { Icon } from '../shell/sprite.tsx'
import { formatDate, formatSeconds } from '../shell/time-text.ts'
import { type Texts, textsOf } from '../texts/texts.ts'
import type { MatrixCell, MatrixRow } from './matrix-row.ts'

/** `rows` in the order of topics. */
export function ProofMatrix({ locale, rows }: { locale: Locale; rows: MatrixRow[] }) {
  const texts = textsOf(locale)
  const topics = [...new Set(rows.map(({ topic }) => topic))]
  return (
    <table className="matrix">
      <thead>
        <tr>
          <th scope="col">{texts.instructors.scenario}</th>
          <th scope="col">{texts.home.level}</th>
          <th scope="col" className="m">
            {texts.instructors.minutes}
          </th>
          <th scope="col" className="m">
            {texts.instructors.checks}
          </th>
          <th scope="col" className="m">
            {texts.instructors.guards}
          </th>
          {runtimeNames.map((name) => (
            <th key={name} scope="col" className="mono">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      {topics.map((topic) => {
        const members = rows.filter((row) => row.topic === topic)
        return (
          <tbody key={topic}>
            <tr className="topic">
              <th scope="rowgroup" colSpan={7}>
                {texts.catalogue.topics[topic]} <span className="num">{members.length}</span>
              </th>
            </tr>
            {members.map((row) => (
              <Row key={row.id} row={row} locale={locale} texts={texts} />
            ))}
          </tbody>
        )
      })}
    </table>
  )
}

function Row({ row, locale, texts }: { row: MatrixRow; locale: Locale; texts: Texts }) {
  return (
    <tr data-scenario={row.id}>
      <th scope="row">
        <a className="plain" href={`/${locale}/labs/${row.id}`} lang={row.language}>
          {row.title}
        </a>{' '}
        <code className="dim">{row.id}</code>
        <details>
          <summary>{texts.instructors.turnedDown(row.wrongFixes.length)}</summary>
          <ul lang={row.language}>
            {row.wrongFixes.map((fix) => (
              <li key={fix.id}>
                <b>
                  <Inline text={fix.title} />
                </b>{' '}
                <Inline text={fix.why} />{' '}
                <span className="dim" lang={locale}>
                  {texts.instructors.by(fix.judge)}
                </span>
              </li>
            ))}
          </ul>
        </details>
      </th>
      <td className="lv">
        <Level level={row.level} label={texts.home.levels[row.level]} />
      </td>
      <td className="m num">{row.minutes}</td>
      <td className="m num">{row.checks}</td>
      <td className="m num">{row.guards}</td>
      {row.cells.map((cell) => (
        <Cell key={cell.runtime} cell={cell} locale={locale} texts={texts} />
      ))}
    </tr>
  )
}

const tones: Record<MatrixCell['state'], string> = { proved: 'pass', failed: 'fail', changed: 'mid', none: 'dim', cannot: 'dim' }

function Cell({ cell, locale, texts }: { cell: MatrixCell; locale: Locale; texts: Texts }) {
  const { state, at, proof, reason } = cell
  const words = texts.instructors
  const facts = proof && [
    at !== undefined && formatDate(at, locale),
    words.stepsPassed(proof.passed, proof.steps),
    texts.lab.seconds(formatSeconds(proof.ms)),
  ]
  return (
    <td className="pc" data-runtime={cell.runtime} data-proof={state}>
      <span className={`st ${tones[state]}`}>
        <Icon name={sealIcons[state]} />
        <code className="at">{cell.runtime}</code> {words.marks[state]}
      </span>
      {facts && (
        <span className="dim num" title={words.build(proof.build)}>
          {facts.filter(Boolean).join(' · ')}
        </span>
      )}
      {proof?.problem && <span className="mid">{proof.problem}</span>}
      {reason && <span className="dim">{reason}</span>}
    </td>
  )
}
