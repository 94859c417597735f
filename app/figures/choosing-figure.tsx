'use client'
// The figure of the lesson choosing: what the reader's cluster needs, what can give it, and where each candidate leaves its evidence.
import { useMemo, useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { choose, kernels, type MeshNeed, type Needs, type Place, type Policy } from './choosing.ts'
import { choosingWords } from './choosing-words.ts'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'
import { rulesRead, serviceCounts } from './nearby.ts'
import { useSettings } from './use-settings.ts'

const start: Needs = { kernel: '5.15', place: 'own', policy: 'none', mesh: 'none' }

export function ChoosingFigure() {
  const words = choosingWords[useLocale()]
  const [needs, change] = useSettings(start)
  const [services, setServices] = useState<(typeof serviceCounts)[number]>(100)
  // counted in the rules of so many Services, which takes a moment
  const read = useMemo(() => rulesRead(services), [services])
  const choice = choose(needs, read)
  const options = <T extends string>(texts: Record<T, string>) =>
    (Object.keys(texts) as T[]).map((value) => ({ value, text: texts[value] }))
  const row = (candidate: Parameters<typeof words.fits>[0] & { name: keyof typeof words.names }, cost?: number) => (
    <tr key={candidate.name}>
      <th scope="row">{words.names[candidate.name]}</th>
      <td className={candidate.obstacle ? 'dim' : 'pass'}>{words.fits(candidate)}</td>
      {cost !== undefined && <td className={candidate.obstacle ? 'num dim' : 'num'}>{cost}</td>}
      <td className={candidate.obstacle ? 'dim' : undefined}>{words.evidence[candidate.name]}</td>
    </tr>
  )
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          <Choice
            legend={words.kernel}
            value={needs.kernel}
            onChange={(kernel) => change({ kernel })}
            options={kernels.map((value) => ({ value, text: value }))}
          />
          <Choice<Place> legend={words.place} value={needs.place} onChange={(place) => change({ place })} options={options(words.places)} />
          <Choice<Policy>
            legend={words.policy}
            value={needs.policy}
            onChange={(policy) => change({ policy })}
            options={options(words.policies)}
          />
          <Choice
            legend={words.services}
            value={String(services)}
            onChange={(count) => setServices(Number(count) as typeof services)}
            options={serviceCounts.map((n) => ({ value: String(n), text: String(n) }))}
          />
          <Choice<MeshNeed>
            legend={words.mesh}
            value={needs.mesh}
            onChange={(mesh) => change({ mesh })}
            options={options(words.meshNeeds)}
          />
        </div>
        <FigureTable caption={words.networks} columns={words.columns}>
          {choice.networks.map((candidate) => row(candidate))}
        </FigureTable>
        <FigureTable caption={words.rules} columns={words.ruleColumns}>
          {choice.rules.map((candidate) => row(candidate, candidate.asks))}
        </FigureTable>
        {choice.meshes.length > 0 && (
          <FigureTable caption={words.meshes} columns={words.meshColumns}>
            {choice.meshes.map(({ name, proxies }) => (
              <tr key={name}>
                <th scope="row">{words.names[name]}</th>
                <td className="num">{proxies}</td>
                <td>{words.evidence[name]}</td>
              </tr>
            ))}
          </FigureTable>
        )}
        <p aria-live="polite">{words.link[choice.link]}</p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
