'use client'
// The map of the lab's network with its heading and the states it can be in. Beside the lab in work-page.tsx, beside a trace in path-page.tsx.
import { useMemo, useState } from 'react'
import type { PathResult } from '../../labs/spec/path.ts'
import { useLabController, useLabView } from '../lab/lab-context.tsx'
import { isOpen } from '../lab/lab-controller.ts'
import { labHash } from '../lab/page-hash.ts'
import { Icon } from '../shell/sprite.tsx'
import { formatSecond } from '../shell/time-text.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import { MapAnnouncer } from './map-announcer.tsx'
import { MapViewPanel } from './map-view.tsx'
import { packetOnMap } from './packet-on-map.ts'
import { useMap } from './use-map.ts'

interface PaneProps {
  /** it is what is seen now; else nothing is asked of the lab */
  shown: boolean
  /** a packet that was followed in the lab as it is now */
  followed?: PathResult | undefined
  /** the lab is now to be seen: a terminal was opened, or it is to be started */
  onLab: () => void
  /** a way out of the map, where it stands in for something else */
  back?: React.ReactNode
}

export function MapPane({ shown, followed, onLab, back }: PaneProps) {
  const texts = useTexts()
  const locale = useLocale()
  const controller = useLabController()
  const lab = useLabView()
  const [asList, setAsList] = useState(false)
  const [again, setAgain] = useState(0)
  const { snapshot, labId } = lab
  const over = lab.gone !== undefined || (snapshot !== undefined && ['stopping', 'stopped', 'failed'].includes(snapshot.state))
  const view = useMap(labId, shown && !over, again)
  const packet = useMemo(() => followed && packetOnMap(followed, texts), [followed, texts])
  const { map, heardAt, refused } = view
  const hasPlaces = map !== undefined && map.places.length > 0
  const stale = over || !lab.link.online || refused !== undefined
  const canOpen = !stale && snapshot !== undefined && isOpen(snapshot)
  const seenAt = heardAt === undefined ? '' : formatSecond(heardAt, locale)

  function open(place: string) {
    // the terminal takes the keyboard only from nobody
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    void controller?.openTerminal(place)
    onLab()
  }

  const standing = hasPlaces ? (stale ? texts.map.asSeen(seenAt) : texts.map.changed(formatSecond(map.at, locale))) : ''
  return (
    <section className="map-pane" data-pane="map" tabIndex={-1} aria-labelledby="map-title">
      <header>
        <h2 id="map-title">{texts.map.title}</h2>
        <span className="dim num">{standing}</span>
        <span className="sp" />
        {hasPlaces && (
          <button type="button" className="btn quiet sm" onClick={() => setAsList(!asList)}>
            {asList ? texts.map.showDrawing : texts.map.showList}
          </button>
        )}
        {back}
      </header>
      <MapAnnouncer recent={view.recent} />
      {refused && (
        <p className="line bad" role="alert">
          <Icon name="fail" className="fail" />
          <span>
            <b>{texts.map.refused}</b> {refused.message} {refused.hint}
          </span>
          <button type="button" className="btn sm" onClick={() => setAgain(again + 1)}>
            {texts.lab.tryAgain}
          </button>
        </p>
      )}
      {hasPlaces && stale && !refused && <Standing {...(over ? texts.map.over(seenAt) : texts.map.stale(seenAt))} />}
      {snapshot?.state === 'resetting' && !stale && <Standing title="" body={texts.map.resetting} />}
      {hasPlaces ? (
        <MapViewPanel view={{ ...view, map }} packet={packet} asList={asList} stale={stale} onOpen={canOpen ? open : undefined} />
      ) : (
        !refused && <Nothing over={over} onLab={onLab} />
      )}
    </section>
  )
}

function Standing({ title, body }: { title: string; body: string }) {
  return (
    <p className="line warn" role="status">
      <Icon name="plug" />
      <span>
        {title && <b>{title}</b>} {body}
      </span>
    </p>
  )
}

/** Why nothing is drawn. */
function Nothing({ over, onLab }: { over: boolean; onLab: () => void }) {
  const texts = useTexts()
  const { labId, starting, looking, snapshot } = useLabView()
  const running = labId !== undefined || starting
  const isReading = snapshot !== undefined && snapshot.state !== 'starting'
  return (
    <div className="grat nothing-drawn">
      <p>
        {looking && !running ? (
          texts.lab.looking
        ) : !running ? (
          <>
            {texts.path.notRunning}{' '}
            <a href={labHash} onClick={onLab}>
              {texts.path.start}
            </a>
          </>
        ) : over ? (
          texts.path.notReady.over
        ) : isReading ? (
          texts.map.reading
        ) : (
          <>
            <b>{texts.map.empty.title}</b> {texts.map.empty.body}
          </>
        )}
      </p>
    </div>
  )
}
