'use client'
// Labs in a table: level, time, where each is proved, and how far the learner is. On the home page and in the catalogue.
import { Fragment } from 'react'
import { runtimeNames } from '../../labs/spec/names.ts'
import { Level } from '../shell/level.tsx'
import { Icon } from '../shell/sprite.tsx'
import { formatDuration } from '../shell/time-text.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import type { CatalogueRow } from './catalogue-row.ts'
import { ProofSeal } from './proof-seal.tsx'

/** `byTopic`: with a heading wherever the topic changes; the rows come in the order of topics. */
export function LabTable({ rows, byTopic = false }: { rows: CatalogueRow[]; byTopic?: boolean }) {
  const texts = useTexts()
  const groups = byTopic ? groupByTopic(rows) : [{ topic: undefined, rows }]
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">
            <span className="vh">{texts.home.number}</span>
          </th>
          <th scope="col">{texts.home.lab}</th>
          <th scope="col">{texts.home.level}</th>
          <th scope="col" className="m">
            {texts.home.time}
          </th>
          <th scope="col">{texts.catalogue.provedOn}</th>
          <th scope="col">{texts.home.you}</th>
        </tr>
      </thead>
      {groups.map(({ topic, rows: members }) => (
        <tbody key={topic ?? 'all'}>
          {topic && (
            <tr className="topic">
              <th scope="rowgroup" colSpan={6}>
                {texts.catalogue.topics[topic]} <span className="num">{members.length}</span>
              </th>
            </tr>
          )}
          {members.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      ))}
    </table>
  )
}

function groupByTopic(rows: CatalogueRow[]): { topic: CatalogueRow['topic']; rows: CatalogueRow[] }[] {
  const groups: { topic: CatalogueRow['topic']; rows: CatalogueRow[] }[] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last?.topic === row.topic) last.rows.push(row)
    else groups.push({ topic: row.topic, rows: [row] })
  }
  return groups
}

function Row({ row }: { row: CatalogueRow }) {
  const texts = useTexts()
  const locale = useLocale()
  return (
    <tr className={row.running ? 'cur' : undefined}>
      <td className="n mono">{row.number}</td>
      <td className="t" lang={row.language}>
        <a className="plain" href={`/${locale}/labs/${row.id}`}>
          <b>{row.title}</b>
        </a>
        <span className="sy">{row.summary}</span>
      </td>
      <td className="d">
        <Level level={row.level} label={texts.home.levels[row.level]} />
        <span className="mrt">{texts.home.minutes(row.minutes)}</span>
      </td>
      <td className="m num">{texts.home.minutes(row.minutes)}</td>
      <td className="p">
        {runtimeNames
          .filter((name) => row.proofs[name].state !== 'cannot')
          .map((name) => (
            <Fragment key={name}>
              <ProofSeal runtime={name} mark={row.proofs[name]} />{' '}
            </Fragment>
          ))}
      </td>
      <td className="s">
        <Standing row={row} />
      </td>
    </tr>
  )
}

function Standing({ row }: { row: CatalogueRow }) {
  const texts = useTexts()
  if (row.running && row.running.state !== 'solved') return <span className="now">{texts.home.running}</span>
  if (row.solvedMs !== undefined) {
    return (
      <span className="st pass" title={texts.catalogue.bestTime}>
        <Icon name="pass" />
        {texts.home.solved} <span className="num">{formatDuration(row.solvedMs)}</span>
      </span>
    )
  }
  return row.triedAt === undefined ? <span className="dim">{texts.home.notTried}</span> : <span>{texts.home.tried}</span>
}
