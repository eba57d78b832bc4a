/** The font embedded with the page, under the name it is declared by in `style/base.css`. */
export const FONT = "Atkinson Hyperlegible Next Variable";
