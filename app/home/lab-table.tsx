'use client'
// All labs: level, time, runtime, and how far the learner is. Filtered on the page.
import { useState } from 'react'
import { Level } from '../shell/level.tsx'
import { Icon } from '../shell/sprite.tsx'
import { formatDuration } from '../shell/time-text.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import type { LabRow } from './lab-row.ts'

export function LabTable({ rows }: { rows: LabRow[] }) {
  const texts = useTexts()
  const [onlyOpen, setOnlyOpen] = useState(false)
  const shown = onlyOpen ? rows.filter((row) => row.solvedMs === undefined) : rows
  return (
    <section className="labs" id="labs" aria-labelledby="labs-title">
      <div className="lh">
        <h2 id="labs-title">{texts.labs}</h2>
        <span className="dim num">{texts.home.labsCount(rows.length)}</span>
        <span className="sp" />
        <fieldset className="seg">
          <legend className="vh">{texts.home.filterState}</legend>
          <button type="button" aria-pressed={!onlyOpen} onClick={() => setOnlyOpen(false)}>
            {texts.home.all}
          </button>
          <button type="button" aria-pressed={onlyOpen} onClick={() => setOnlyOpen(true)}>
            {texts.home.notSolved}
          </button>
        </fieldset>
      </div>
      {rows.length === 0 ? (
        <p className="empty">{texts.home.noLabs}</p>
      ) : (
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
              <th scope="col">{texts.home.runsOn}</th>
              <th scope="col">{texts.home.you}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row key={row.id} row={row} />
            ))}
            {shown.length === 0 && (
              <tr>
                <td colSpan={6} className="empty">
                  {texts.home.noMatch}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Row({ row }: { row: LabRow }) {
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
      </td>
      <td className="m num">{texts.home.minutes(row.minutes)}</td>
      <td className="r">
        {row.runtimes.map((name) => (
          <span key={name} className="rt">
            <svg viewBox="0 0 11 11" aria-hidden="true">
              <rect x="2" y="2" width="7" height="7" fill="none" stroke="currentColor" strokeWidth="1.3" />
            </svg>
            {name}
          </span>
        ))}
      </td>
      <td className="s">
        <Standing row={row} />
      </td>
    </tr>
  )
}

function Standing({ row }: { row: LabRow }) {
  const texts = useTexts()
  if (row.running && row.running.state !== 'solved') return <span className="now">{texts.home.running}</span>
  if (row.solvedMs !== undefined) {
    return (
      <span className="st pass">
        <Icon name="pass" />
        {texts.home.solved} <span className="num">{formatDuration(row.solvedMs)}</span>
      </span>
    )
  }
  return row.triedAt === undefined ? <span className="dim">{texts.home.notTried}</span> : <span>{texts.home.tried}</span>
}
