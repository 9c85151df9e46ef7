//! The tag `Insights`: what the widget's landing page reads.
