//! Plain columns, two spaces apart, no lines and no colour: they read well, paste well and survive `grep`.

/// Which side a column's text leans to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A column's heading and alignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    title: String,
    align: Align,
}

impl Column {
    /// A column of words.
    pub fn left(title: impl Into<String>) -> Self {
        Self { title: title.into(), align: Align::Left }
    }

    /// A column of numbers.
    pub fn right(title: impl Into<String>) -> Self {
        Self { title: title.into(), align: Align::Right }
    }
}

/// Rows under headings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row of as many cells as there are columns.
    pub fn row(&mut self, cells: Vec<String>) {
        assert_eq!(cells.len(), self.columns.len(), "a row has a cell for every column");
        self.rows.push(cells);
    }

    /// The text, a newline after every row; nothing but the headings when there are no rows.
    pub fn render(&self) -> String {
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|index| {
                let cells = self.rows.iter().map(|row| width(&row[index]));
                cells.chain([width(&self.columns[index].title)]).max().unwrap_or(0)
            })
            .collect();
        let titles: Vec<String> = self.columns.iter().map(|column| column.title.clone()).collect();
        let mut text = String::new();
        // A table whose headings are all empty is a list of properties.
        let headed = titles.iter().any(|title| !title.is_empty());
        for row in headed.then_some(&titles).into_iter().chain(&self.rows) {
            let mut line = String::new();
            for ((cell, column), width_of_column) in row.iter().zip(&self.columns).zip(&widths) {
                if !line.is_empty() {
                    line.push_str("  ");
                }
                let padding = " ".repeat(width_of_column - width(cell));
                match column.align {
                    Align::Left => line.extend([cell.as_str(), &padding]),
                    Align::Right => line.extend([padding.as_str(), cell]),
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_without_headings_is_a_list_of_properties() {
        let mut table = Table::new(vec![Column::left(""), Column::left("")]);
        table.row(vec!["Topic".into(), "orders".into()]);
        table.row(vec!["Partitions".into(), "3".into()]);
        assert_eq!(table.render(), "Topic       orders\nPartitions  3\n");
    }

    #[test]
    fn an_empty_table_still_names_its_columns() {
        let table = Table::new(vec![Column::left("NAME"), Column::right("SIZE")]);
        assert_eq!(table.render(), "NAME  SIZE\n");
    }

    #[test]
    fn width_counts_characters_not_bytes() {
        let mut table = Table::new(vec![Column::left("KEY"), Column::left("VALUE")]);
        table.row(vec!["größe".into(), "1".into()]);
        table.row(vec!["a".into(), "2".into()]);
        assert_eq!(table.render(), "KEY    VALUE\ngröße  1\na      2\n");
    }
}
