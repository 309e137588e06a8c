/** ln 2π: a standard normal density is exp(−½(x² + ln 2π)). */
export const LN_2PI = Math.log(2 * Math.PI);
