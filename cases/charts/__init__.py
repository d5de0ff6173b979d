"""Charts drawn as SVG by the server, each with its table and its sentence; plain numbers in, no database.

A value is a number, None for what is missing, or a marker with a `symbol` (".." hidden). What is no number is printed
as its symbol and takes no part in any length, shade, scale or sentence.
"""

from cases.charts.balance import BalanceChart, BalancePoint
from cases.charts.bars import BarList
from cases.charts.chart import Chart, ChartTable
from cases.charts.days import DaysChart
from cases.charts.heat import HeatTable, Matrix
from cases.charts.months import MonthsChart
from cases.charts.patterns import PatternLine, PatternsChart
from cases.charts.themes import PAPER, SCREEN, Theme
from cases.charts.trend import TrendBreak, TrendChart, TrendPoint
from cases.charts.values import Marker, Value

__all__ = [
    "PAPER",
    "SCREEN",
    "BalanceChart",
    "BalancePoint",
    "BarList",
    "Chart",
    "ChartTable",
    "DaysChart",
    "HeatTable",
    "Marker",
    "Matrix",
    "MonthsChart",
    "PatternLine",
    "PatternsChart",
    "Theme",
    "TrendBreak",
    "TrendChart",
    "TrendPoint",
    "Value",
]
