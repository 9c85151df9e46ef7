//! Plots as SVG: lines over two axes, each linear or logarithmic. Figures in, a file out.

use std::fmt::Write;
use std::path::Path;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 270.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;

/// Told apart by those who see no colours, too (Okabe and Ito).
const COLOURS: [&str; 8] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#999999"];

/// Lines over two axes.
pub(crate) struct Plot {
    pub(crate) title: &'static str,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) lines: Vec<Line>,
}

/// A line through points, in the order of x.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) points: Vec<(f64, f64)>,
}

/// What an axis shows. A linear one begins at 0.
pub(crate) struct Axis {
    label: &'static str,
    logarithmic: bool,
}

impl Axis {
    pub(crate) fn linear(label: &'static str) -> Self {
        Self { label, logarithmic: false }
    }

    pub(crate) fn logarithmic(label: &'static str) -> Self {
        Self { label, logarithmic: true }
    }

    /// What it spans and where it has marks, so that all of these values are on it.
    fn scale(&self, values: impl Iterator<Item = f64> + Clone) -> Scale {
        let largest = values.clone().fold(f64::MIN_POSITIVE, f64::max);
        if self.logarithmic {
            let smallest = values.fold(largest, f64::min);
            let (from, to) = (
                smallest.log10().floor(),
                largest.log10().ceil().max(smallest.log10().floor() + 1.0),
            );
            let marks = (0..).map(|power| 10_f64.powf(from + f64::from(power)));
            let marks = marks.take_while(|mark| mark.log10() < to + 0.5).collect();
            return Scale { from, to, logarithmic: true, marks };
        }
        let power = 10_f64.powf(largest.log10().floor());
        let steps = [0.2, 0.5, 1.0, 2.0].map(|step| step * power);
        let step = steps.into_iter().find(|step| largest / step <= 6.0).unwrap_or(power * 2.0);
        let marks = (0..).map(|mark| f64::from(mark) * step);
        let marks: Vec<f64> = marks.take_while(|mark| *mark < largest + step).collect();
        Scale { from: 0.0, to: *marks.last().unwrap_or(&largest), logarithmic: false, marks }
    }
}

struct Scale {
    from: f64,
    to: f64,
    logarithmic: bool,
    marks: Vec<f64>,
}

impl Scale {
    /// Where a value stands between the two ends, 0 to 1.
    fn at(&self, value: f64) -> f64 {
        let value = if self.logarithmic { value.log10() } else { value };
        (value - self.from) / (self.to - self.from)
    }
}

impl Plot {
    /// Writes the plot, and the folder for it where there is none.
    pub(crate) fn write(&self, file: &Path) -> Result<(), String> {
        let failed = |problem: std::io::Error| format!("{}: {problem}", file.display());
        file.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(failed)?;
        std::fs::write(file, self.svg()).map_err(failed)
    }

    fn svg(&self) -> String {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let (x, y) = (self.x.scale(points().map(|it| it.0)), self.y.scale(points().map(|it| it.1)));
        let across = |value: f64| LEFT + x.at(value) * (WIDTH - LEFT - RIGHT);
        let down = |value: f64| HEIGHT - BOTTOM - y.at(value) * (HEIGHT - TOP - BOTTOM);
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n\
             <text x=\"{LEFT}\" y=\"22\" font-size=\"14\">{}</text>\n",
            self.title
        );
        let mut add = |line: String| {
            svg.push_str(&line);
            svg.push('\n');
        };
        for mark in &x.marks {
            let at = across(*mark);
            add(format!("<path d=\"M{at:.1} {TOP}V{bottom}\" stroke=\"#dddddd\"/>"));
            add(format!(
                "<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                bottom + 18.0,
                number(*mark)
            ));
        }
        for mark in &y.marks {
            let at = down(*mark);
            add(format!("<path d=\"M{LEFT} {at:.1}H{right}\" stroke=\"#dddddd\"/>"));
            add(format!(
                "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 6.0,
                at + 4.0,
                number(*mark)
            ));
        }
        add(format!(
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            f64::midpoint(LEFT, right),
            HEIGHT - 12.0,
            self.x.label
        ));
        let middle = f64::midpoint(TOP, bottom);
        add(format!(
            "<text transform=\"translate(16 {middle:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            self.y.label
        ));
        let places = (0_u32..).zip(COLOURS.iter().cycle());
        for (line, (index, colour)) in self.lines.iter().zip(places) {
            let mut path = String::new();
            for (step, (to_x, to_y)) in line.points.iter().enumerate() {
                let pen = if step == 0 { 'M' } else { 'L' };
                let _into_a_string = write!(path, "{pen}{:.1} {:.1}", across(*to_x), down(*to_y));
            }
            add(format!(
                "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>"
            ));
            let beside = TOP + 6.0 + 18.0 * f64::from(index);
            add(format!(
                "<text x=\"{}\" y=\"{beside}\" fill=\"{colour}\">{}</text>",
                right + 10.0,
                line.name
            ));
        }
        svg.push_str("</svg>\n");
        svg
    }
}

fn number(value: f64) -> String {
    if value >= 1.0 { super::report::grouped(value) } else { format!("{value}") }
}
