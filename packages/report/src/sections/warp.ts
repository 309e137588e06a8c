import type * as Plot from '@observablehq/plot';
import type { ReportData } from '../data';
import { html, type Html } from '../html';
import { axis, draw, extent, points, thin } from '../plot';
import { colours } from '../style';

/** A grid of the latent space, mapped to the data by the inverse. */
export function warp({ warpedGrid, points: data, density, columns }: ReportData): Html | undefined {
  if (!warpedGrid || columns.length !== 2) return undefined;
  const x = density?.x ?? extent(warpedGrid, 0);
  const y = density?.y ?? extent(warpedGrid, 1);
  const marks = [
    ...(data ? [points(thin(data.train, 600), { colour: colours.train, opacity: 0.45, size: 1.2 })] : []),
    lines(warpedGrid),
  ];
  return html`<section>
    <h2>How the flow bends space</h2>
    <p>
      This is a square grid of the latent space, where the density is a round Gaussian. The inverse maps it to
      the data. It stretches and squeezes the grid, but no two lines of one family ever cross, because the map
      is invertible. Where the mesh is tight, there are many rows.
    </p>
    <figure style="max-width: 560px">
      ${draw({
        width: 540,
        height: 500,
        x: axis(x, columns[0]!),
        y: axis(y, columns[1]!),
        marks,
      })}
    </figure>
  </section>`;
}

/** Polylines as one path, without the parts outside the frame. */
function lines(polylines: readonly (readonly (readonly [number, number])[])[]): Plot.RenderFunction {
  return (_index, scales, _values, dimensions, context) => {
    const scaleX = scales.x as unknown as (value: number) => number;
    const scaleY = scales.y as unknown as (value: number) => number;
    let d = '';
    for (const polyline of polylines) {
      let pen = 'M';
      for (const point of polyline) {
        const x = scaleX(point[0]);
        const y = scaleY(point[1]);
        const inside =
          x >= dimensions.marginLeft &&
          x <= dimensions.width - dimensions.marginRight &&
          y >= dimensions.marginTop &&
          y <= dimensions.height - dimensions.marginBottom;
        if (inside) d += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
        pen = inside ? 'L' : 'M';
      }
    }
    const path = context.document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', d);
    path.setAttribute('fill', 'none');
    path.setAttribute('stroke', colours.model);
    path.setAttribute('stroke-width', '1');
    path.setAttribute('stroke-linejoin', 'round');
    return path;
  };
}
