import { Box, type DOMElement, measureElement } from 'ink';
import { createContext, type ReactNode, type RefObject, useContext, useEffect, useRef } from 'react';
import type { Measured, Scroll } from './scroll.ts';

const FocusContext = createContext<RefObject<DOMElement | null> | undefined>(undefined);

/** Put on the row that the area keeps in view. */
export const useFocusedRow = (): RefObject<DOMElement | null> | undefined => useContext(FocusContext);

type Props = {
  readonly scroll: Scroll;
  readonly onMeasured: (measured: Measured) => void;
  readonly children: ReactNode;
};

/** The middle of a screen: as high as what is left, scrolled where its content is higher. */
export function ScrollArea({ scroll, onMeasured, children }: Props) {
  const area = useRef<DOMElement>(null);
  const content = useRef<DOMElement>(null);
  const focus = useRef<DOMElement>(null);
  // After every layout: what is drawn decides how far it scrolls.
  useEffect(() => {
    if (!area.current || !content.current) return;
    const origin = measureElement(content.current);
    const row = focus.current ? measureElement(focus.current) : undefined;
    onMeasured({
      content: origin.height,
      height: measureElement(area.current).height,
      focus: row && { top: row.y - origin.y, bottom: row.y - origin.y + row.height },
    });
  });
  return (
    <FocusContext value={focus}>
      <Box
        ref={area}
        flexDirection="column"
        flexGrow={1}
        flexShrink={1}
        flexBasis={0}
        overflow="hidden"
        contentOffsetY={scroll.offset}
      >
        <Box ref={content} flexDirection="column" flexShrink={0} width="100%">
          {children}
        </Box>
      </Box>
    </FocusContext>
  );
}
